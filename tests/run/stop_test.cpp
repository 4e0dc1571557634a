// SIGTERM and SIGINT, in every stage of a directory sync.
#include <doctest/doctest.h>

#include "tests/run/samples.hpp"
#include "tests/run/stages.hpp"

using namespace lark_batch::test;

namespace {

// A run that has been told to stop.
struct Stopped {
    Stopped(std::string in, int by)
        : stage(std::move(in)), signal(by), held(stage) {
        held.process().signal(signal);
        if (stage == "push") {
            held.world().gateway().hang(false);  // for the pushes to come
        }
    }
    // Statements are given ten seconds to end by themselves.
    double limit() const { return stage == "switch" ? 15 : 2.5; }

    std::string stage;
    int signal;
    HeldSync held;
};

void check_end(Stopped& one) {
    CAPTURE(one.stage);
    CAPTURE(one.signal);
    const std::string code = one.signal == SIGTERM ? "143" : "130";
    const SyncWorld& world = one.held.world();
    const auto ended = one.held.process().wait(std::chrono::seconds{30});
    REQUIRE(ended);
    CHECK(ended->seconds < one.limit());
    CAPTURE(ended->err);
    CHECK(std::to_string(ended->exit_code) == code);
    CHECK(ended->out.empty());
    CHECK(world.last_run() == "interrupted|" + code);
    CHECK(world.total("scheduled_task_executions_total", "failure") == 1);
    CHECK(sample(world.gateway().body(), "scheduled_task_last_exit_code") ==
          ended->exit_code);
    CHECK(world.fingerprint() == one.held.before());
    one.held.let_go();
    CHECK(world.repair());
}

}  // namespace

TEST_CASE("SIGTERM, SIGINT in every stage: 143, 130, recorded and repaired") {
    // They take their ten seconds while the others are under way.
    Stopped terminated{"switch", SIGTERM};
    Stopped interrupted{"switch", SIGINT};
    for (const std::string& stage : stages()) {
        for (const int signal : {SIGTERM, SIGINT}) {
            if (stage != "switch") {
                Stopped one{stage, signal};
                check_end(one);
            }
        }
    }
    check_end(terminated);
    check_end(interrupted);
}

TEST_CASE("a gateway that hangs does not keep a stopped run for long") {
    HeldSync held{"push"};
    held.process().signal(SIGTERM);
    const auto ended = held.process().wait(std::chrono::seconds{30});
    REQUIRE(ended);
    CHECK(ended->exit_code == 143);
    CHECK(ended->seconds < 6);
    CHECK(held.world().last_run() == "interrupted|143");
}

TEST_CASE("a signal after the run's record: what was recorded stands") {
    SyncWorld world;
    Process sync = world.start_sync();
    wait_for("the first push", [&] { return world.gateway().pushes() == 1; });
    world.gateway().hang(true);
    wait_for("the second push", [&] { return world.gateway().pushes() == 2; });
    sync.signal(SIGTERM);
    const auto ended = sync.wait(std::chrono::seconds{30});
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(world.last_run() == "success|0");
}
