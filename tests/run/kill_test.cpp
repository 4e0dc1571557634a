// kill -9 in every stage of a directory sync, and the normal run after it.
#include <doctest/doctest.h>

#include "tests/run/samples.hpp"
#include "tests/run/stages.hpp"

using namespace lark_batch::test;

namespace {

std::string killed_runs(const World& world) {
    return world.sql(
        "SELECT count(*) FROM lark_batch.task_runs WHERE outcome = 'failure'"
        " AND (stats ->> 'killed')::bool AND finished_at IS NOT NULL");
}

double failures_of(const World& world) {
    return world.total("scheduled_task_executions_total", "failure");
}

void check_kill_in(const std::string& stage) {
    CAPTURE(stage);
    HeldSync held{stage};
    SyncWorld& world = held.world();
    held.process().kill9();
    CHECK(world.fingerprint() == held.before());
    CHECK(failures_of(world) == 0);
    held.let_go();
    // The server notices the end of a session when it next talks to it.
    const auto next = world.sync({"--lock-wait", "20s"});
    CAPTURE(next.err);
    CHECK(next.exit_code == 0);
    CHECK(next.err.find("an earlier run was killed") != std::string::npos);
    CHECK(killed_runs(world) == "1");
    CHECK(failures_of(world) == 1);
    CHECK(world.sync().exit_code == 0);
    // The second complete run after the change: who left has departed.
    CHECK(world.stored() == world.truth());
    CHECK(killed_runs(world) == "1");
    CHECK(failures_of(world) == 1);
    CHECK(world.total("scheduled_task_executions_total", "success") == 3);
}

}  // namespace

TEST_CASE(
    "kill -9 in every stage: nothing half-written, the next run repairs") {
    for (const std::string& stage : stages()) {
        check_kill_in(stage);
    }
}

TEST_CASE("kill -9 after the run's record: it counts as what it was, once") {
    SyncWorld world;
    Process sync = world.start_sync();
    wait_for("the first push", [&] { return world.gateway().pushes() == 1; });
    world.gateway().hang(true);
    wait_for("the second push", [&] { return world.gateway().pushes() == 2; });
    sync.kill9();
    world.gateway().hang(false);
    CHECK(world.last_run() == "success|0");
    CHECK(world.sync({"--lock-wait", "20s"}).exit_code == 0);
    CHECK(killed_runs(world) == "0");
    CHECK(sample(world.gateway().body(), "scheduled_task_executions_total",
                 {"status=\"success\""}) == 2);
}

TEST_CASE("the real sync, twice at once: the second ends with 75") {
    HeldSync held{"members"};
    const auto second = held.world().sync();
    CHECK(second.exit_code == 75);
    CHECK(second.err.find("pid " + std::to_string(held.process().pid())) !=
          std::string::npos);
    Process waiting = held.world().start_sync({"--lock-wait", "20s"});
    held.process().kill9();
    held.let_go();
    const auto ended = waiting.wait(std::chrono::seconds{20});
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(held.world().repair());
}
