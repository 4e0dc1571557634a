// A large part of a table is deleted in the order in which it lies on disk;
// what is held or locked is as safe as in small batches.
#include <doctest/doctest.h>

#include "lib/db/connection.hpp"
#include "tests/cleanup/cleanup_world.hpp"
#include "tests/support/postgres.hpp"
#include "tools/lark-cleanup/queries.hpp"
#include "tools/lark-cleanup/queries_sweeps.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

constexpr int k_expired = 60'000;

struct Crowd : CleanupWorld {
    Crowd() {
        // Their indexes are not what this is about.
        sql("DROP INDEX lark_batch.tokens_by_key");
        add_tokens(k_expired, "9 days");
        add_tokens(2'000, "-9 days", "valid", 100'000);
        sql("ANALYZE lark_batch.tokens");
    }

    bool is_walked() const {
        db::Settings settings;
        settings.url = shared_postgres().url(database());
        db::Connection connection{settings};
        const auto sweep = cleanup::sweeps_of("tokens_expired").front();
        return cleanup::walk_worth_it(
                   connection, sweep,
                   cleanup::cutoff(connection, std::chrono::hours{24 * 7},
                                   clock::system_clock().now()))
            .has_value();
    }
};

}  // namespace

TEST_CASE("walk: what is past its retention goes, but nothing held or locked") {
    const Crowd world;
    world.sql(
        "UPDATE lark_batch.tokens SET hold = true WHERE subject ="
        " 'ou_4000'");
    REQUIRE(world.is_walked());
    OpenTransaction other{
        world.database(),
        "SELECT FROM lark_batch.tokens WHERE subject IN ('ou_7', 'ou_50000')"
        " FOR UPDATE"};
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("tokens_expired") == k_expired - 3);
    CHECK(cleaned.eligible("tokens_expired") == k_expired - 1);
    CHECK(cleaned.backlog("tokens_expired") == 2);
    CHECK(cleaned.held("tokens_expired") == 1);
    CHECK(cleaned.result["vacuum"]["done"] == json::array({"tokens"}));
    CHECK(world.rows("tokens") == 2'003);
    other.end();
    CHECK(world.clean_to(0).deleted("tokens_expired") == 2);
}

TEST_CASE("walk: a run that may not delete them all takes the oldest instead") {
    const Crowd world;
    REQUIRE(world.is_walked());
    const Cleaned cleaned = world.clean_to(0, {"--max-rows", "2000"});
    CHECK(cleaned.deleted("tokens_expired") == 2'000);
    CHECK(cleaned.backlog("tokens_expired") == k_expired - 2'000);
}
