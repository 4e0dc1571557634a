// A run does its share and no more; the next one goes on.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch::test;

TEST_CASE("--max-rows: exactly so many go, the rest is told and goes next") {
    const CleanupWorld world;
    world.add_tokens(2'500, "9 days");
    const Cleaned first =
        world.clean_to(0, {"--max-rows", "1000", "--batch-size", "300"});
    CHECK(first.deleted("tokens_expired") == 1'000);
    CHECK(first.backlog("tokens_expired") == 1'500);
    CHECK(first.eligible("tokens_expired") == 2'500);
    CHECK(world.rows("tokens") == 1'500);
    CHECK(world.sql("SELECT backlog FROM lark_batch.cleanup_state WHERE"
                    " class = 'tokens_expired'") == "1500");
    const Cleaned second = world.clean_to(0, {"--max-rows", "1500"});
    CHECK(second.deleted("tokens_expired") == 1'500);
    CHECK(second.backlog("tokens_expired") == 0);
}

TEST_CASE("the oldest go first") {
    const CleanupWorld world;
    world.add_tokens(10, "9 days");
    world.sql(
        "UPDATE lark_batch.tokens SET access_expires_at = now() -"
        " interval '10 days' - substr(subject, 4)::int * interval"
        " '1 hour'");
    world.clean_to(0, {"--max-rows", "4", "--batch-size", "2"});
    CHECK(world.sql("SELECT max(substr(subject, 4)::int) FROM"
                    " lark_batch.tokens") == "6");
}

TEST_CASE("--max-time: no batch begins after it, and the backlog is told") {
    const CleanupWorld world;
    world.add_tokens(3'000, "9 days");
    const Cleaned first =
        world.clean_to(0, {"--max-time", "1ms", "--batch-size", "10"});
    CHECK(first.deleted("tokens_expired") < 3'000);
    CHECK(first.backlog("tokens_expired") ==
          3'000 - first.deleted("tokens_expired"));
    CHECK(world.clean_to(0).backlog("tokens_expired") == 0);
    CHECK(world.rows("tokens") == 0);
}

TEST_CASE("a class with a backlog does not keep the others waiting for ever") {
    const CleanupWorld world;
    world.add_tokens(500, "9 days");
    world.sql(
        "INSERT INTO lark_batch.check_results (run_id, check_name, state,"
        " checked_at) SELECT gen_random_uuid(), 'db', 'ok', now() - interval"
        " '99 days' FROM generate_series(1, 50)");
    const Cleaned first = world.clean_to(0, {"--max-rows", "100"});
    CHECK(first.deleted("tokens_expired") == 100);
    CHECK(first.backlog("check_results") == 50);
    world.add_tokens(100, "9 days", "valid", 1'000);
    // Both have one now; what ran dry first is before the other again.
    world.sql(
        "UPDATE lark_batch.cleanup_state SET backlog = 0 WHERE class ="
        " 'check_results'");
    const Cleaned second = world.clean_to(0, {"--max-rows", "100"});
    CHECK(second.deleted("check_results") == 50);
    CHECK(second.deleted("tokens_expired") == 50);
}
