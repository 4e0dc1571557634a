#include "lib/db/task_lock.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "lib/db/task_runs.hpp"
#include "lib/db/transaction.hpp"
#include "tests/db/database.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::db {

namespace {

RunRecord run_of(const std::string& id, const std::string& host,
                 long long seconds) {
    RunRecord run;
    run.run_id = id;
    run.task_name = "sync_users";
    run.trigger = "timer";
    run.host = host;
    run.pid = 4711;
    run.version = "1";
    run.started_at = clock::WallTime{std::chrono::seconds{seconds}};
    return run;
}

void save(Connection& connection, const RunRecord& run) {
    transact(connection, [&](pqxx::transaction_base& transaction) {
        save_run(transaction, run);
    });
}

constexpr const char* k_one = "00000000-0000-4000-8000-000000000001";
constexpr const char* k_two = "00000000-0000-4000-8000-000000000002";

}  // namespace

TEST_CASE("task lock: a second session is refused at once") {
    const Database database;
    Connection first = database.connect();
    Connection second = database.connect();
    CHECK(try_task_lock(first, "sync_users"));
    CHECK_FALSE(try_task_lock(second, "sync_users"));
    CHECK_FALSE(try_task_lock(second, "sync_users"));
}

TEST_CASE("task lock: tasks and databases do not stand in each other's way") {
    const Database database;
    const Database elsewhere;
    Connection first = database.connect();
    Connection second = database.connect();
    Connection third = elsewhere.connect();
    CHECK(try_task_lock(first, "sync_users"));
    CHECK(try_task_lock(second, "cleanup"));
    CHECK(try_task_lock(third, "sync_users"));
}

TEST_CASE("task lock: transactions come and go, the lock stays") {
    const Database database;
    Connection first = database.connect();
    Connection second = database.connect();
    REQUIRE(try_task_lock(first, "sync_users"));
    transact(first, [](pqxx::transaction_base&) {});
    rehearse(first, [](pqxx::transaction_base&) {});
    CHECK_FALSE(try_task_lock(second, "sync_users"));
}

TEST_CASE("task lock: it is free again when the session ends") {
    const Database database;
    std::optional<Connection> first{database.connect()};
    Connection second = database.connect();
    REQUIRE(try_task_lock(*first, "sync_users"));
    SUBCASE("by itself") {
        first.reset();
    }
    SUBCASE("by force") {
        terminate(database, backend_pid(*first));
    }
    CHECK(test::until([&] { return try_task_lock(second, "sync_users"); }));
}

TEST_CASE("task lock: it can be given back while the session goes on") {
    const Database database;
    Connection first = database.connect();
    Connection second = database.connect();
    REQUIRE(try_task_lock(first, "sync_users"));
    REQUIRE(try_task_lock(first, "cleanup"));
    release_task_lock(first, "sync_users");
    CHECK(try_task_lock(second, "sync_users"));
    CHECK_FALSE(try_task_lock(second, "cleanup"));
}

TEST_CASE("task lock: the loser learns who holds it and since when") {
    const Database database{Schema::migrated};
    Connection connection = database.connect();
    CHECK(task_lock_holder(connection, "sync_users").empty());
    save(connection, run_of(k_one, "it's", 1'795'313'740));
    CHECK(task_lock_holder(connection, "sync_users") ==
          "host 'it''s', pid 4711, since 2026-11-22T02:15:40Z");
    CHECK(task_lock_holder(connection, "cleanup").empty());
}

TEST_CASE("task lock: the newest unfinished run is the holder") {
    const Database database{Schema::migrated};
    Connection connection = database.connect();
    save(connection, run_of(k_one, "killed-long-ago", 1'000));
    save(connection, run_of(k_two, "present", 2'000));
    const auto holder = [&] {
        return task_lock_holder(connection, "sync_users");
    };
    CHECK(holder().starts_with("host 'present'"));
    auto finished = run_of(k_two, "present", 2'000);
    finished.outcome = "success";
    save(connection, finished);
    CHECK(holder().starts_with("host 'killed-long-ago'"));
}

}  // namespace lark_batch::db
