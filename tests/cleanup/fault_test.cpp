// What goes wrong around a cleanup.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"
#include "tests/support/postgres.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

Cleaned clean_impatiently(const CleanupWorld& world,
                          const Arguments& arguments = {}) {
    Command command = world.cleanup(arguments);
    command.env = {{"LARK_BATCH_DATABASE_LOCK_TIMEOUT", "300ms"}};
    return read_result(run(command));
}

}  // namespace

TEST_CASE("rows that others have locked are skipped, not waited for") {
    const CleanupWorld world;
    world.add_tokens(100, "9 days");
    const OpenTransaction other{
        world.database(),
        "SELECT FROM lark_batch.tokens WHERE subject IN ('ou_7', 'ou_70')"
        " FOR UPDATE"};
    // A wait would end with the lock timeout's 60 seconds.
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.result["seconds"] < 20);
    CHECK(cleaned.deleted("tokens_expired") == 98);
    CHECK(cleaned.backlog("tokens_expired") == 2);
    CHECK(world.sql("SELECT subject FROM lark_batch.tokens ORDER BY 1") ==
          "ou_7\nou_70");
}

TEST_CASE("a class whose table is locked fails, the others go on: exit 3") {
    const CleanupWorld world;
    world.add_tokens(10, "9 days");
    const OpenTransaction other{
        world.database(),
        "LOCK TABLE lark_batch.notices IN ACCESS EXCLUSIVE MODE"};
    const Cleaned cleaned = clean_impatiently(world);
    CHECK(cleaned.exit_code == 3);
    CHECK(cleaned.result["outcome"] == "partial");
    const std::string why = cleaned.of("notices")["error"]["message"];
    CHECK(has(why, "lock timeout"));
    CHECK(cleaned.of("check_results")["error"].is_null());
    CHECK(world.rows("tokens") == 0);
    CHECK(has(cleaned.err, "class=notices"));
    CHECK(world.total("scheduled_task_records_total", "failed") == 1);
}

TEST_CASE("when every class fails the run fails, with the first error") {
    const CleanupWorld world;
    const OpenTransaction other{
        world.database(),
        "LOCK TABLE lark_batch.notices IN ACCESS EXCLUSIVE MODE"};
    const Cleaned cleaned = clean_impatiently(world, {"--only", "notices"});
    CHECK(cleaned.exit_code == 1);
    CHECK(cleaned.result["outcome"] == "failure");
    CHECK(has(cleaned.result["error"]["message"], "lock timeout"));
}

TEST_CASE("a read-only database: 69, and the error says what is the matter") {
    const CleanupWorld world;
    world.add_tokens(3, "9 days");
    world.sql("ALTER DATABASE \"" + world.database() +
              "\" SET default_transaction_read_only = on");
    const Cleaned cleaned = world.clean_to(69);
    CHECK(has(cleaned.result["error"]["message"], "read-only transaction"));
    CHECK_FALSE(cleaned.result["error"]["hint"].get<std::string>().empty());
    CHECK(world.rows("tokens") == 3);
    world.sql("SET default_transaction_read_only = off; ALTER DATABASE \"" +
              world.database() + "\" RESET default_transaction_read_only");
    CHECK(world.clean_to(0).deleted("tokens_expired") == 3);
}

TEST_CASE(
    "the database goes away in the middle: 69, and nothing is half done") {
    const CleanupWorld world;
    world.add_tokens(200, "9 days");
    OpenTransaction other{
        world.database(),
        "LOCK TABLE lark_batch.tokens IN ACCESS EXCLUSIVE MODE"};
    Process cleaning{world.cleanup()};
    wait_for("the cleanup's wait", [&] { return other.has_victim(); });
    shared_postgres().sql("postgres",
                          "SELECT pg_terminate_backend(pid) FROM"
                          " pg_stat_activity WHERE application_name ="
                          " 'lark-batch/lark-cleanup'");
    const auto ended = cleaning.wait(std::chrono::seconds{20});
    REQUIRE(ended);
    CHECK(ended->exit_code == 69);
    other.end();
    CHECK(world.rows("tokens") == 200);
    CHECK(world.clean_to(0).deleted("tokens_expired") == 200);
}
