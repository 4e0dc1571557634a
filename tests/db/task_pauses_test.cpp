#include "lib/db/task_pauses.hpp"

#include <doctest/doctest.h>

#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

struct Pauses {
    Database database{Schema::migrated};
    Connection connection{database.connect()};

    void pause(const std::string& task, const std::string& reason = {},
               std::optional<clock::Duration> length = {}) {
        TaskPause pause;
        pause.task_name = task;
        pause.reason = reason;
        if (length) {
            pause.until = clock::system_clock().now() + *length;
        }
        pause_task(connection, pause);
    }
    std::string names() {
        std::string all;
        for (const TaskPause& pause : task_pauses(connection)) {
            all += pause.task_name + " ";
        }
        return all;
    }
    std::string holding(const std::vector<std::string>& tasks) {
        const auto pause = pause_of(connection, tasks);
        return pause ? pause->task_name : "none";
    }
};

constexpr clock::Duration k_hour{3'600'000};

}  // namespace

TEST_CASE("pauses: what was paused is so, until its end or its resumption") {
    Pauses pauses;
    CHECK(pauses.names().empty());
    pauses.pause("sync_users", "人 'moves'", k_hour);
    pauses.pause("cleanup");
    CHECK(pauses.names() == "cleanup sync_users ");
    const auto held = pause_of(pauses.connection, {"sync_users"});
    REQUIRE(held);
    CHECK(held->reason == "人 'moves'");
    const auto now = clock::system_clock().now();
    CHECK(*held->until - now > k_hour - clock::Duration{60'000});
    CHECK(*held->until - now <= k_hour);
    CHECK(now - held->paused_at < clock::Duration{60'000});
    CHECK_FALSE(pause_of(pauses.connection, {"cleanup"})->until);
    CHECK(resume_task(pauses.connection, "cleanup"));
    CHECK_FALSE(resume_task(pauses.connection, "cleanup"));
    CHECK(pauses.names() == "sync_users ");
    pauses.database.sql(
        "UPDATE lark_batch.task_pauses SET until = now() - interval '1 s'");
    CHECK(pauses.names().empty());
    CHECK(pauses.holding({"sync_users"}) == "none");
    // It was over already.
    CHECK_FALSE(resume_task(pauses.connection, "sync_users"));
}

TEST_CASE("pauses: a later word replaces an earlier one") {
    Pauses pauses;
    pauses.pause("cleanup", "first", k_hour);
    pauses.pause("cleanup", "second");
    const auto held = pause_of(pauses.connection, {"cleanup"});
    CHECK(held->reason == "second");
    CHECK_FALSE(held->until);
    CHECK(pauses.names() == "cleanup ");
}

TEST_CASE("pauses: a shard is held by its own and by its task's") {
    Pauses pauses;
    pauses.pause("sync_users@hr");
    CHECK(pauses.holding({"sync_users", "sync_users@hr"}) == "sync_users@hr");
    CHECK(pauses.holding({"sync_users", "sync_users@crm"}) == "none");
    CHECK(pauses.holding({"sync_users", "sync_users"}) == "none");
    pauses.pause("sync_users");
    CHECK(pauses.holding({"sync_users", "sync_users@crm"}) == "sync_users");
}

}  // namespace lark_batch::db
