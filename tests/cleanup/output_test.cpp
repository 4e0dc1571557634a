// What a run says: the plan, the result object, the record.
#include <doctest/doctest.h>

#include <set>

#include "tests/cleanup/cleanup_world.hpp"
#include "tools/lark-cleanup/report.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

TEST_CASE("--dry-run: counts, oldest row and bytes, and nothing is changed") {
    const CleanupWorld world;
    world.add_tokens(40, "9 days");
    world.add_tokens(1, "20 days", "valid", 100);
    world.sql(
        "UPDATE lark_batch.tokens SET hold = true WHERE subject ="
        " 'ou_3'; ANALYZE lark_batch.tokens");
    const Cleaned plan = world.clean_to(0, {"--dry-run"});
    CHECK(plan.eligible("tokens_expired") == 40);
    CHECK(plan.backlog("tokens_expired") == 40);
    CHECK(plan.deleted("tokens_expired") == 0);
    CHECK(plan.held("tokens_expired") == 1);
    const std::string oldest = plan.of("tokens_expired")["oldest"];
    CHECK(oldest == world.sql("SELECT to_char(min(ends_at) AT TIME ZONE 'UTC',"
                              " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM"
                              " lark_batch.tokens"));
    CHECK(plan.of("tokens_expired")["bytes"] > 40 * 50);
    CHECK(plan.of("notices")["oldest"].is_null());
    CHECK(world.rows("tokens") == 41);
    CHECK(world.rows("task_runs") == 0);
    CHECK(world.rows("cleanup_state") == 0);
}

TEST_CASE("--dry-run: without statistics no more bytes than the table has") {
    const CleanupWorld world;
    world.add_tokens(4'000, "9 days");
    world.sql(
        "UPDATE pg_class SET reltuples = -1 WHERE oid ="
        " 'lark_batch.tokens'::regclass; SELECT pg_stat_reset()");
    const Cleaned plan = world.clean_to(0, {"--dry-run"});
    CHECK(plan.eligible("tokens_expired") == 4'000);
    CHECK(plan.of("tokens_expired")["bytes"] <=
          world.number("SELECT pg_table_size('lark_batch.tokens')"));
}

TEST_CASE("--json: every class with the same keys") {
    const CleanupWorld world;
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.result["classes"].size() == 13);
    for (const json& one : cleaned.result["classes"]) {
        std::set<std::string> keys;
        for (const auto& [key, value] : one.items()) {
            keys.insert(key);
        }
        CHECK(keys == std::set<std::string>{"name", "ran", "eligible",
                                            "deleted", "backlog", "held",
                                            "oldest", "bytes", "seconds",
                                            "idle_runs", "note", "error"});
    }
    CHECK(cleaned.result["vacuum"]["done"].empty());
}

TEST_CASE("the table for a person says what is left, held and wrong") {
    cleanup::ClassReport good;
    good.name = "notices";
    good.ran = true;
    good.eligible = 12;
    good.deleted = 10;
    good.backlog = 2;
    good.bytes = 3 * 1024 * 1024;
    cleanup::ClassReport bad = good;
    bad.name = "tokens_expired";
    bad.error = errors::Error{errors::Kind::failed, "it is locked"};
    cleanup::ClassReport off;
    off.name = "reports";
    off.note = "no report_directory is configured";
    const std::string text = cleanup::classes_table({good, bad, off}, true);
    CHECK(text ==
          "Plan only, nothing was deleted.\n"
          "class           eligible  deleted  left  held  oldest    about\n"
          "notices               12       10     2     0  -       3.0 MiB\n"
          "tokens_expired        12       10     2     0  -       3.0 MiB\n"
          "tokens_expired: error: it is locked\n"
          "reports: no report_directory is configured\n");
    CHECK(cleanup::summary_of({good, bad}) == "20 deleted, 4 left");
    CHECK(cleanup::summary_of({off}) == "0 deleted");
}

TEST_CASE("the run's record holds its summary and its classes") {
    const CleanupWorld world;
    world.add_tokens(3, "9 days");
    world.clean_to(0);
    CHECK(world.sql("SELECT outcome, stats ->> 'summary',"
                    " jsonb_array_length(stats -> 'classes')"
                    " FROM lark_batch.task_runs") == "success|3 deleted|13");
    CHECK(world.total("scheduled_task_records_total", "deleted") == 3);
}
