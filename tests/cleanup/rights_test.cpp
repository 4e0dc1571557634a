// A role that may not do everything.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"
#include "tests/support/postgres.hpp"

using namespace lark_batch::test;

namespace {

// As lark-admin migrate --grant-to leaves it.
struct LimitedWorld : CleanupWorld {
    LimitedWorld() {
        static const bool made = [] {
            shared_postgres().sql("postgres", "CREATE ROLE limited LOGIN");
            return true;
        }();
        static_cast<void>(made);
        sql("GRANT USAGE ON SCHEMA lark_batch TO limited;"
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA"
            " lark_batch TO limited;"
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA lark_batch"
            " TO limited");
        std::string url = shared_postgres().url(database());
        set_database_url(url.replace(url.find("app@"), 3, "limited"));
    }
};

}  // namespace

TEST_CASE("a role without the owner's rights cleans, and leaves the vacuum") {
    const LimitedWorld world;
    world.add_tokens(1'500, "9 days");
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("tokens_expired") == 1'500);
    CHECK(cleaned.result["vacuum"]["left_to_server"] ==
          json::array({"tokens"}));
    CHECK(cleaned.result["vacuum"]["done"].empty());
    CHECK(cleaned.err.find("vacuum is left to the server") !=
          std::string::npos);
}

TEST_CASE("the owner's run vacuums a table that became thinner, unless told") {
    CleanupWorld world;
    world.add_tokens(1'500, "9 days");
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.result["vacuum"]["done"] == json::array({"tokens"}));
    CHECK(
        world.sql("SELECT last_vacuum IS NOT NULL AND last_analyze IS NOT"
                  " NULL FROM pg_stat_user_tables WHERE relname = 'tokens'") ==
        "t");
    world.set_more("[cleanup]\nvacuum = false\n");
    world.add_tokens(1'500, "9 days");
    CHECK(world.clean_to(0).result["vacuum"]["done"].empty());
}

TEST_CASE("a right that lacks fails its class and names the cure") {
    const LimitedWorld world;
    world.add_tokens(3, "9 days");
    world.sql("REVOKE DELETE ON lark_batch.tokens FROM limited");
    const Cleaned cleaned = world.clean_to(3);
    const json& error = cleaned.of("tokens_expired")["error"];
    CHECK(error["message"].get<std::string>().find("permission denied") !=
          std::string::npos);
    CHECK(error["hint"].get<std::string>().find("lark-admin") !=
          std::string::npos);
    CHECK(cleaned.of("notices")["error"].is_null());
    CHECK(world.rows("tokens") == 3);
}

TEST_CASE("staging: tables that a crash left are dropped by who may") {
    LimitedWorld world;
    // As after a crash: in a session's schema, without a sync's session.
    const OpenTransaction other{
        world.database(),
        "COMMIT; CREATE TEMP TABLE staged_users (id text); COMMIT; BEGIN"};
    const Cleaned told = world.clean_to(0);
    CHECK(told.eligible("staging") == 1);
    CHECK(told.backlog("staging") == 1);
    CHECK(told.of("staging")["note"].get<std::string>().find("superuser") !=
          std::string::npos);
    world.set_database_url(shared_postgres().url(world.database()));
    CHECK(world.clean_to(0).deleted("staging") == 1);
    CHECK(world.clean_to(0).eligible("staging") == 0);
}
