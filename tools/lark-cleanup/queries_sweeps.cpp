#include "tools/lark-cleanup/queries_sweeps.hpp"

#include <algorithm>
#include <array>

namespace lark_batch::cleanup {

namespace {

// A hashed list, which costs next to nothing while nobody is held. Asked for
// each row at the moment of its deletion.
constexpr const char* k_held_token =
    "(t.hold OR (t.app, t.subject) IN"
    " (SELECT u.app, u.open_id FROM lark_batch.users u WHERE u.hold))";
constexpr const char* k_held_refresh =
    "(t.hold OR (t.app, t.subject) IN"
    " (SELECT u.app, u.open_id FROM lark_batch.users u WHERE u.hold)"
    " OR t.token_id IN"
    " (SELECT k.token_id FROM lark_batch.tokens k WHERE k.hold))";
constexpr const char* k_held_notice =
    "(t.hold OR (t.app, t.person) IN"
    " (SELECT u.app, u.open_id FROM lark_batch.users u WHERE u.hold))";

// The object of a membership is "open_id/open_department_id".
constexpr const char* k_held_change =
    "(t.hold OR (t.app, split_part(t.object_id, '/', 1)) IN"
    " (SELECT u.app, u.open_id FROM lark_batch.users u WHERE u.hold)"
    " OR (t.app, split_part(t.object_id, '/', 2)) IN"
    " (SELECT d.app, d.open_department_id FROM lark_batch.departments d"
    " WHERE d.hold)"
    " OR (t.app, t.object_id) IN"
    " (SELECT d.app, d.open_department_id FROM lark_batch.departments d"
    " WHERE d.hold))";

// Deleting the one side of a membership deletes the membership.
constexpr const char* k_held_user =
    "(t.hold OR (t.app, t.open_id) IN"
    " (SELECT m.app, m.open_id FROM lark_batch.memberships m"
    " JOIN lark_batch.departments d USING (app, open_department_id)"
    " WHERE d.hold))";
constexpr const char* k_held_department =
    "(t.hold OR (t.app, t.open_department_id) IN"
    " (SELECT m.app, m.open_department_id FROM lark_batch.memberships m"
    " JOIN lark_batch.users u USING (app, open_id) WHERE u.hold))";

constexpr const char* k_held_run =
    "(t.hold OR t.run_id IN"
    " (SELECT c.run_id FROM lark_batch.check_results c WHERE c.hold))";

// A sync compares what it reads with the rows that it saw when it began. The
// lock is that of lib/db/task_lock.cpp; a shard's is found by its open run.
constexpr const char* k_no_sync =
    " AND NOT EXISTS (SELECT FROM pg_locks l"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
    " AND l.classid = 1818325611 AND l.objid IN"
    " (SELECT hashtext('sync_users')::oid UNION ALL"
    " SELECT hashtext(r.task_name)::oid FROM lark_batch.task_runs r"
    " WHERE r.outcome IS NULL AND split_part(r.task_name, '@', 1) ="
    " 'sync_users')"
    " AND l.database = (SELECT oid FROM pg_database"
    " WHERE datname = current_database()))";

constexpr const char* k_memberships_of_users =
    "gone_memberships AS (DELETE FROM lark_batch.memberships m"
    " USING doomed d WHERE m.app = d.app AND m.open_id = d.open_id),";
constexpr const char* k_memberships_of_departments =
    "gone_memberships AS (DELETE FROM lark_batch.memberships m"
    " USING doomed d WHERE m.app = d.app"
    " AND m.open_department_id = d.open_department_id),";

constexpr std::array k_sweeps{
    // Which refresh tokens are spent: an import must not bring one back while
    // it could still look alive.
    Sweep{"refresh_journal", "token_refresh_journal",
          "t.ended_at < least($1::timestamptz, now() - interval '30 days')",
          k_held_refresh, "t.ended_at", "t.ended_at"},
    // An open entry says that nobody knows what became of a refresh: it stays
    // as long as there is a token that it speaks of.
    Sweep{"refresh_journal", "token_refresh_journal",
          "t.ended_at IS NULL AND t.begun_at < $1::timestamptz"
          " AND NOT EXISTS (SELECT FROM lark_batch.tokens k"
          " WHERE k.token_id = t.token_id)",
          k_held_refresh, "t.token_id", "t.begun_at", false},
    Sweep{"notices", "notices", "t.sent_at < $1::timestamptz", k_held_notice,
          "t.sent_at", "t.sent_at"},
    // A refresh whose outcome nobody saw may have left a new pair in the spool
    // of some host: the row waits for it as long as a refresh token lives.
    Sweep{"tokens_expired", "tokens",
          "t.ends_at < $1::timestamptz AND (t.state <> 'refreshing'"
          " OR t.updated_at < $1::timestamptz - interval '30 days')",
          k_held_token, "t.ends_at, t.token_id", "t.ends_at"},
    Sweep{"tokens_revoked", "tokens",
          "t.state = 'revoked' AND t.updated_at < $1::timestamptz",
          k_held_token, "t.updated_at", "t.updated_at"},
    Sweep{"tokens_needs_login", "tokens",
          "t.state = 'needs_login' AND t.updated_at < $1::timestamptz",
          k_held_token, "t.updated_at", "t.updated_at"},
    Sweep{"directory_changes", "directory_changes",
          "t.changed_at < $1::timestamptz", k_held_change, "t.changed_at",
          "t.changed_at"},
    Sweep{"departed_users", "users",
          "t.state = 'departed' AND t.changed_at < $1::timestamptz",
          k_held_user, "t.app, t.open_id", "t.changed_at", false,
          k_memberships_of_users, ", t.app, t.open_id", k_no_sync},
    Sweep{"departed_users", "departments",
          "t.state = 'departed' AND t.changed_at < $1::timestamptz",
          k_held_department, "t.app, t.open_department_id", "t.changed_at",
          false, k_memberships_of_departments, ", t.app, t.open_department_id",
          k_no_sync},
    Sweep{"check_results", "check_results", "t.checked_at < $1::timestamptz",
          "t.hold", "t.checked_at, t.result_id", "t.checked_at"},
    // The gauges of a task are computed from its last success. Runs of the
    // sync stay while the history names them; hosts' clocks may differ by an
    // hour from the database's.
    Sweep{"task_runs", "task_runs",
          "t.outcome IS NOT NULL AND t.finished_at < $1::timestamptz"
          " AND t.run_id IS DISTINCT FROM (SELECT l.run_id"
          " FROM lark_batch.task_runs l WHERE l.task_name = t.task_name"
          " AND l.outcome = 'success' ORDER BY l.finished_at DESC LIMIT 1)"
          " AND (split_part(t.task_name, '@', 1) <> 'sync_users'"
          " OR NOT EXISTS (SELECT"
          " FROM lark_batch.directory_changes c WHERE c.run_id = t.run_id"
          " AND c.changed_at >= t.started_at - interval '1 hour'"
          " AND c.changed_at <= t.finished_at + interval '1 hour'))"
          " AND t.run_id NOT IN (SELECT last_run_id FROM lark_batch.app_state)",
          k_held_run, "t.finished_at", "t.finished_at"},
    // Which runs were counted: a spool of a host that was away for long could
    // still bring one.
    Sweep{"task_runs", "metric_applied_runs",
          "t.applied_at < least($1::timestamptz, now() - interval '90 days')",
          "false", "t.applied_at", "t.applied_at"},
};

}  // namespace

std::span<const Sweep> all_sweeps() {
    return k_sweeps;
}

std::span<const Sweep> sweeps_of(std::string_view class_name) {
    const auto* const begin =
        std::ranges::find(k_sweeps, class_name, &Sweep::class_name);
    const auto* const end = std::find_if(
        begin, k_sweeps.end(),
        [&](const auto& one) { return one.class_name != class_name; });
    return {begin, end};
}

}  // namespace lark_batch::cleanup
