// The statements of the switch, for switch.cpp alone. They are templates of
// fmt: {app}, {run} and {lost} are quoted literals, {kind}, {table}, {key},
// {staged}, {held}, {visible} and {gone} come from its Kind, and {all_staff},
// {orders_lost} and {departments_lost} are true or false.
#pragma once

namespace lark_batch::sync_users::statements {

// Departments and people: queries_objects.cpp.
extern const char* const k_tree;
extern const char* const k_nothing_held;
extern const char* const k_held;
extern const char* const k_visible;
extern const char* const k_held_users;
extern const char* const k_visible_users;
extern const char* const k_keep_gone;
extern const char* const k_forget_gone;
extern const char* const k_differing;
extern const char* const k_log_new;
extern const char* const k_insert_new;
extern const char* const k_plan_seen;
extern const char* const k_log_seen;
extern const char* const k_changed_present;
extern const char* const k_update_seen;
extern const char* const k_plan_absent;
extern const char* const k_log_absent;
extern const char* const k_update_absent;

// Memberships, and the state of the app: queries_memberships.cpp.
extern const char* const k_log_memberships;
extern const char* const k_insert_memberships;
extern const char* const k_update_memberships;
extern const char* const k_plan_removed;
extern const char* const k_remove_memberships;
extern const char* const k_log_removed;
extern const char* const k_save_state;

}  // namespace lark_batch::sync_users::statements
