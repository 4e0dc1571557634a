// A task that somebody switched off for a while, by lark-admin.
#include <doctest/doctest.h>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Paused : World {
    explicit Paused(const std::string& gateway = {})
        : World(gateway, Rooms::shared) {}

    Finished admin(const Arguments& arguments) const {
        return run(command("lark-admin", arguments));
    }
    void disable(const Arguments& more = {}) const {
        Arguments all{"tasks", "disable", "stub"};
        all.insert(all.end(), more.begin(), more.end());
        const Finished done = admin(all);
        CAPTURE(done.err);
        CHECK(done.exit_code == 0);
    }
};

}  // namespace

TEST_CASE("pause: a paused run is skipped and says until when and why") {
    Pushgateway gateway;
    Paused world{gateway.url()};
    CHECK(world.stub().exit_code == 0);
    world.disable({"--until", "2h", "--reason", "the archive\nmoves"});
    const Finished skipped = world.stub();
    CHECK(skipped.exit_code == 75);
    CHECK(has(skipped.err, "task 'stub' is disabled until 2"));
    CHECK(has(skipped.err, ": the archive moves"));
    CHECK(has(skipped.err, "hint: lark-admin tasks enable stub"));
    CHECK(world.last_run() == "skipped|75");
    CHECK(world.total("scheduled_task_skipped_total", "disabled") == 1);
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled",
                 {"job=\"lark-stub\""}) == 0);
    CHECK(has(world.admin({"tasks", "enable", "stub"}).out,
              "task 'stub' is enabled\n"));
    CHECK(world.stub().exit_code == 0);
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled",
                 {"job=\"lark-stub\""}) == 1);
}

TEST_CASE("pause: its end comes by itself") {
    const Paused world;
    CHECK(world.stub().exit_code == 0);
    world.disable({"--until", "1d"});
    CHECK(world.stub().exit_code == 75);
    world.sql(
        "UPDATE lark_batch.task_pauses SET until = now() - interval '1 s'");
    CHECK(world.stub().exit_code == 0);
    CHECK(has(world.admin({"tasks", "enable", "stub"}).out, ", as it was"));
}

TEST_CASE("pause: a dry run is kept from running, too") {
    const Paused world;
    CHECK(world.stub().exit_code == 0);
    world.disable();
    CHECK(world.stub({"--dry-run"}).exit_code == 75);
}

TEST_CASE("tasks disable: the metric says so before any run") {
    Pushgateway gateway;
    const Paused world{gateway.url()};
    const Finished done =
        world.admin({"tasks", "disable", "sync_users", "--until",
                     "2099-12-01T08:00", "--reason", "migration"});
    CHECK(done.out ==
          "task 'sync_users' is disabled until 2099-12-01 08:00 "
          "Asia/Shanghai: migration\n");
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled",
                 {"job=\"lark-sync-users\"", "task_name=\"sync_users\""}) == 0);
    CHECK(world.sql("SELECT until AT TIME ZONE 'UTC' FROM"
                    " lark_batch.task_pauses") == "2099-12-01 00:00:00");
    CHECK(world.admin({"tasks", "enable", "sync_users"}).exit_code == 0);
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled",
                 {"job=\"lark-sync-users\""}) == 1);
}

TEST_CASE("tasks disable: what makes no sense is refused, with the way out") {
    const Paused world;
    const Finished unknown = world.admin({"tasks", "disable", "sync_user"});
    CHECK(unknown.exit_code == 64);
    CHECK(has(unknown.err, "no task is named 'sync_user'"));
    CHECK(has(unknown.err, "did you mean 'sync_users'?"));
    const Finished past =
        world.admin({"tasks", "disable", "cleanup", "--until", "2026-01-01"});
    CHECK(past.exit_code == 64);
    CHECK(has(past.err, "--until '2026-01-01' is over"));
    CHECK(world.admin({"tasks", "enable", "cleanups"}).exit_code == 64);
    CHECK(world.admin({"tasks", "disable"}).exit_code == 64);
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_pauses") == "0");
}

TEST_CASE("tasks enable: what the configuration forbids stays forbidden") {
    Paused world;
    world.set_more("[tasks.cleanup]\nenabled = false\n");
    CHECK(has(world.admin({"tasks", "enable", "cleanup"}).out,
              "task 'cleanup' stays disabled"));
    world.admin({"tasks", "disable", "cleanup"});
    CHECK(has(world.admin({"tasks", "enable", "cleanup@1of2"}).out,
              "task 'cleanup' is disabled"));
}
