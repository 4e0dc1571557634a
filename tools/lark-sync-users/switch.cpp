// The one transaction that brings an app's directory to what was staged. Its
// statements see the whole company at once; none of them works row by row.
#include <fmt/format.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "lib/db/text_array.hpp"
#include "tools/lark-sync-users/queries.hpp"
#include "tools/lark-sync-users/queries_switch.hpp"

namespace lark_batch::sync_users {

namespace {

using pqxx::transaction_base;

// Departments and people take the same way; this is what differs.
struct Kind {
    const char* name;
    const char* table;
    const char* key;
    const char* staged;
    const char* held;     // absent ones that must stay as they are
    const char* visible;  // absent ones that the app could see
    const char* gone;     // the flag in `status` of who is listed, but gone
};

constexpr Kind k_departments{"department",         "lark_batch.departments",
                             "open_department_id", "pg_temp.staged_departments",
                             "pg_temp.held",       "pg_temp.visible",
                             "is_deleted"};
constexpr Kind k_users{"user",
                       "lark_batch.users",
                       "open_id",
                       "pg_temp.staged_users",
                       "pg_temp.held_users",
                       "pg_temp.visible_users",
                       "is_resigned"};

const char* literal(bool value) {
    return value ? "true" : "false";
}

bool contains(const std::vector<std::string>& values, const char* wanted) {
    return std::find(values.begin(), values.end(), wanted) != values.end();
}

// Every fate that the result names, so that its schema is stable.
Counts all_unchanged(std::uint64_t count) {
    return {{"created", 0},  {"updated", 0},
            {"revived", 0},  {"unchanged", static_cast<std::int64_t>(count)},
            {"departed", 0}, {"out_of_scope", 0}};
}

Counts no_memberships() {
    return {{"created", 0}, {"updated", 0}, {"unchanged", 0}, {"removed", 0}};
}

// Runs the statements of one switch, its values filled in as quoted literals.
class Steps {
public:
    Steps(transaction_base& transaction, const Switch& wanted)
        : m_transaction(&transaction),
          m_wanted(&wanted),
          m_app(transaction.quote(wanted.app)),
          m_run(transaction.quote(wanted.run_id) + "::uuid") {}

    void prepare() {
        if (m_wanted->state.all_staff && !m_wanted->incomplete) {
            execute(statements::k_nothing_held, k_departments);
            return;
        }
        execute(statements::k_tree, k_departments);
        execute(statements::k_held, k_departments);
        execute(statements::k_visible, k_departments);
        execute(statements::k_held_users, k_users);
        execute(statements::k_visible_users, k_users);
    }

    Counts bring(const Kind& kind) {
        Counts counts = all_unchanged(0);
        if (lost(kind, "status")) {
            execute(statements::k_keep_gone, kind);
            execute(statements::k_forget_gone, kind);
        }
        counts["unchanged"] = present(kind);
        // Before the new ones are in the table as well.
        const auto absent =
            execute(statements::k_plan_absent, kind).affected_rows();
        if (count(filled(statements::k_differing, kind)) != 0) {
            bring_seen(kind, counts);
        }
        counts["unchanged"] -= counts["created"];
        if (absent != 0) {
            tally(counts, execute(statements::k_log_absent, kind));
            execute(statements::k_update_absent, kind);
        }
        return counts;
    }

    Counts bring_memberships() {
        Counts counts = no_memberships();
        tally(counts, execute(statements::k_log_memberships, k_users));
        if (counts["updated"] != 0) {
            execute(statements::k_update_memberships, k_users);
        }
        if (counts["created"] != 0) {
            execute(statements::k_insert_memberships, k_users);
        }
        if (execute(statements::k_plan_removed, k_users).affected_rows() != 0) {
            tally(counts, execute(statements::k_log_removed, k_users));
            execute(statements::k_remove_memberships, k_users);
        }
        counts["unchanged"] = count(
                                  "SELECT count(*) FROM"
                                  " pg_temp.staged_memberships") -
                              counts["created"] - counts["updated"];
        return counts;
    }

    void save_state() {
        const AppState& state = m_wanted->state;
        m_transaction->exec_params0(
            filled(statements::k_save_state, k_users), state.app_id,
            db::text_array(state.scope_departments),
            db::text_array(state.scope_users),
            db::text_array(state.user_fields),
            db::text_array(state.department_fields),
            db::text_array(m_wanted->lost_user_fields),
            db::text_array(m_wanted->lost_department_fields));
    }

private:
    void bring_seen(const Kind& kind, Counts& counts) {
        // Planned before the new ones are in the table as well.
        const bool differing =
            execute(statements::k_plan_seen, kind).affected_rows() != 0;
        tally(counts, execute(statements::k_log_new, kind));
        execute(statements::k_insert_new, kind);
        if (differing) {
            tally(counts, execute(statements::k_log_seen, kind));
            execute(statements::k_update_seen, kind);
            counts["unchanged"] -=
                count(filled(statements::k_changed_present, kind));
        }
    }

    bool lost(const Kind& kind, const char* field) const {
        return contains(&kind == &k_users ? m_wanted->lost_user_fields
                                          : m_wanted->lost_department_fields,
                        field);
    }

    std::string filled(const char* sql, const Kind& kind) const {
        const auto& lost = &kind == &k_users ? m_wanted->lost_user_fields
                                             : m_wanted->lost_department_fields;
        return fmt::format(
            fmt::runtime(sql), fmt::arg("app", m_app), fmt::arg("run", m_run),
            fmt::arg("kind", kind.name), fmt::arg("table", kind.table),
            fmt::arg("key", kind.key), fmt::arg("staged", kind.staged),
            fmt::arg("held", kind.held), fmt::arg("visible", kind.visible),
            fmt::arg("gone", kind.gone),
            fmt::arg("all_staff", literal(m_wanted->state.all_staff)),
            fmt::arg("lost",
                     m_transaction->quote(db::text_array(lost)) + "::text[]"),
            fmt::arg("orders_lost",
                     literal(contains(m_wanted->lost_user_fields, "orders"))),
            fmt::arg("departments_lost",
                     literal(contains(m_wanted->lost_user_fields,
                                      "department_ids"))));
    }

    pqxx::result execute(const char* sql, const Kind& kind) {
        return m_transaction->exec(filled(sql, kind));
    }

    std::int64_t count(const std::string& sql) {
        return m_transaction->exec1(sql)[0].as<std::int64_t>();
    }

    std::int64_t present(const Kind& kind) {
        return count(
            fmt::format("SELECT count(*) FROM {} WHERE NOT gone", kind.staged));
    }

    static void tally(Counts& counts, const pqxx::result& rows) {
        for (const pqxx::row& row : rows) {
            counts[row[0].c_str()] += row[1].as<std::int64_t>();
        }
    }

    transaction_base* m_transaction;
    const Switch* m_wanted;
    std::string m_app;
    std::string m_run;
};

}  // namespace

Outcomes switch_directory(transaction_base& transaction, const Switch& wanted) {
    Steps steps{transaction, wanted};
    Outcomes outcomes;
    if (wanted.unchanged) {
        steps.save_state();
        outcomes.departments = all_unchanged(wanted.unchanged->departments);
        outcomes.users = all_unchanged(wanted.unchanged->users);
        outcomes.memberships = no_memberships();
        outcomes.memberships["unchanged"] =
            static_cast<std::int64_t>(wanted.unchanged->memberships);
        return outcomes;
    }
    steps.prepare();
    outcomes.departments = steps.bring(k_departments);
    outcomes.users = steps.bring(k_users);
    outcomes.memberships = steps.bring_memberships();
    steps.save_state();
    return outcomes;
}

}  // namespace lark_batch::sync_users
