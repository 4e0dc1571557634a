#include "lib/run/locks.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "lib/errors/error.hpp"
#include "lib/run/host.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::run {

namespace {

using namespace std::chrono_literals;

void nothing() {}

}  // namespace

TEST_CASE("locks: the loser learns which task, who holds it and what to do") {
    const test::TempDir dir;
    const auto lock = lock_file(dir.path(), "sync_users", 0ms, nothing);
    try {
        lock_file(dir.path(), "sync_users", 0ms, nothing);
        FAIL("locked twice");
    } catch (const errors::Error& error) {
        const std::string message = error.what();
        CHECK(error.kind() == errors::Kind::skipped);
        CHECK(message.starts_with(
            "another run of 'sync_users' holds the lock: "
            "host '" +
            host_name() + "', pid " + std::to_string(getpid()) + ", since 2"));
        CHECK(error.hint() == "wait for it, or give --lock-wait 10m");
    }
}

TEST_CASE("locks: tasks do not stand in each other's way") {
    const test::TempDir dir;
    const auto one = lock_file(dir.path(), "sync_users", 0ms, nothing);
    CHECK_NOTHROW(lock_file(dir.path(), "cleanup", 0ms, nothing));
}

TEST_CASE("locks: whoever waits gets the lock when it becomes free") {
    const test::TempDir dir;
    std::optional<files::FileLock> first{
        lock_file(dir.path(), "sync_users", 0ms, nothing)};
    CHECK_NOTHROW(
        lock_file(dir.path(), "sync_users", 1min, [&first] { first.reset(); }));
}

TEST_CASE("locks: a stop while waiting ends the wait") {
    const test::TempDir dir;
    const auto lock = lock_file(dir.path(), "sync_users", 0ms, nothing);
    const auto stop = [] { throw std::runtime_error{"stop"}; };
    CHECK_THROWS_WITH(lock_file(dir.path(), "sync_users", 1min, stop), "stop");
}

TEST_CASE("locks: the holder's words are host, process and time") {
    CHECK(lock_holder("a", 12, clock::WallTime{1ms}) ==
          "host 'a', pid 12, since 1970-01-01T00:00:00.001Z");
}

}  // namespace lark_batch::run
