// An index serves every predicate: on tables of some size with statistics, no
// statement of the cleanup reads its table from end to end.
#include <doctest/doctest.h>

#include <vector>

#include "tests/cleanup/cleanup_world.hpp"
#include "tools/lark-cleanup/queries_sweeps.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

constexpr const char* k_fill = R"sql(
SET synchronous_commit = off;
INSERT INTO lark_batch.tokens (app, token_type, subject, state, key_id,
    access_sealed, access_expires_at, updated_at)
SELECT 'hr', 'user_access_token', 'ou_' || i,
    CASE WHEN i % 100 = 0 THEN 'revoked' WHEN i % 100 = 1 THEN 'needs_login'
         ELSE 'valid' END, 'k', '\x00',
    now() + interval '90 days' - i * interval '10 minutes',
    now() - i * interval '10 minutes'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.token_refresh_journal (attempt_id, token_id, app,
    token_type, subject, version, old_hash, host, pid, begun_at, ended_at,
    outcome)
SELECT gen_random_uuid(), i, 'hr', 'user_access_token', 'ou_' || i, 1, '\x00',
    'h', 1, now() - i * interval '7 minutes',
    CASE WHEN i % 100 > 0 THEN now() - i * interval '7 minutes' END,
    CASE WHEN i % 100 > 0 THEN 'refreshed' END
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.notices (source, channel, topic, level, sent_at)
SELECT 's', 'c', i::text, 1, now() - i * interval '7 minutes'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.directory_changes (run_id, app, kind, object_id, action,
    changed_at)
SELECT gen_random_uuid(), 'hr', 'user', 'ou_' || i, 'updated',
    now() - i * interval '30 minutes' FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.users (app, open_id, state, fingerprint, changed_at, raw)
SELECT 'hr', 'ou_' || i, CASE WHEN i % 50 = 0 THEN 'departed' ELSE 'active' END,
    i, now() - i * interval '30 minutes', '{"name": "somebody"}'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.departments (app, open_department_id, state,
    fingerprint, changed_at, raw)
SELECT 'hr', 'od_' || i, CASE WHEN i % 50 = 0 THEN 'departed' ELSE 'active' END,
    i, now() - i * interval '30 minutes', '{"name": "something"}'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.memberships (app, open_id, open_department_id)
SELECT 'hr', 'ou_' || i, 'od_' || i FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.check_results (run_id, check_name, state, checked_at)
SELECT gen_random_uuid(), 'db', 'ok', now() - i * interval '3 minutes'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.task_runs (run_id, task_name, outcome, trigger, host,
    pid, version, started_at, finished_at)
SELECT gen_random_uuid(), 'sync_users', 'success', 'timer', 'h', 1, '1',
    now() - i * interval '13 minutes', now() - i * interval '13 minutes'
FROM generate_series(1, 20000) i;
INSERT INTO lark_batch.metric_applied_runs (run_id, applied_at)
SELECT run_id, finished_at FROM lark_batch.task_runs;
ANALYZE)sql";

// A retention under which about a hundredth of the rows falls.
std::string days_of(const cleanup::Sweep& sweep) {
    const std::string table{sweep.table};
    if (table == "tokens") {
        return sweep.where.find("ends_at") != std::string_view::npos ? "48"
                                                                     : "137";
    }
    if (table == "check_results") {
        return "41";
    }
    if (table == "token_refresh_journal" || table == "notices") {
        return "96";
    }
    return table == "task_runs" || table == "metric_applied_runs" ? "178"
                                                                  : "412";
}

std::string with_values(std::string text, const std::string& days) {
    const std::string cutoff = "(now() - interval '" + days + " days')";
    for (const auto& [parameter, value] :
         {std::pair<std::string, std::string>{"$1", cutoff},
          {"$2::timestamptz", "(now() - interval '1000 days')"},
          {"$2", "1000"},
          {"$3", "(now() - interval '1000 days')"}}) {
        for (auto at = text.find(parameter); at != std::string::npos;
             at = text.find(parameter)) {
            text.replace(at, parameter.size(), value);
        }
    }
    return text;
}

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("no statement of a class reads the whole of its table") {
    const CleanupWorld world;
    world.sql(k_fill);
    for (const cleanup::Sweep& sweep : cleanup::all_sweeps()) {
        const std::string table{sweep.table};
        std::vector<std::string> statements{cleanup::delete_sql(sweep, false),
                                            cleanup::count_sql(sweep),
                                            cleanup::oldest_sql(sweep)};
        if (sweep.by_time) {
            statements.push_back(cleanup::delete_sql(sweep, true));
        }
        for (const std::string& statement : statements) {
            CAPTURE(std::string{sweep.where});
            const std::string plan =
                world.sql("EXPLAIN " + with_values(statement, days_of(sweep)));
            CAPTURE(plan);
            CHECK_FALSE(has(plan, "Seq Scan on " + table + " t"));
            CHECK_FALSE(has(plan, "Seq Scan on memberships"));
            // By ctid for the deletion, by an index for the search.
            CHECK(has(plan, "Index"));
        }
    }
}
