// One run of a task at a time.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

// A run that holds the lock until release().
struct Holding {
    explicit Holding(const World& in)
        : world(&in),
          stub(in.start_stub({"--started", in.file("held"), "--wait-for",
                              in.file("let-go")})) {
        wait_for("the lock",
                 [&] { return std::filesystem::exists(world->file("held")); });
    }
    int release() {
        world->touch("let-go");
        const auto ended = stub.wait(Milliseconds{10'000});
        return ended ? ended->exit_code : -1;
    }

    const World* world;
    Process stub;
};

std::string own_host_name() {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    return name.data();
}

void check_names_holder(const std::string& err, pid_t holder) {
    CHECK(err.find("host '" + own_host_name() + "'") != std::string::npos);
    CHECK(err.find("pid " + std::to_string(holder)) != std::string::npos);
    CHECK(err.find("since 20") != std::string::npos);
    CHECK(err.find("hint: ") != std::string::npos);
}

}  // namespace

TEST_CASE("two runs at once: one runs, the other ends with 75 and is counted") {
    Pushgateway gateway;
    const World world{gateway.url()};
    Holding holding{world};
    const auto loser = world.stub();
    CHECK(loser.exit_code == 75);
    CHECK(loser.out.empty());
    CHECK(loser.seconds < 2);
    check_names_holder(loser.err, holding.stub.pid());
    CHECK(world.last_run() == "skipped|75");
    const auto skipped = [&] {
        return sample(gateway.metrics(), "scheduled_task_skipped_total",
                      {"reason=\"overlap\""});
    };
    CHECK(skipped() == 0);  // only who holds the lock pushes
    CHECK(holding.release() == 0);
    CHECK(world.stub().exit_code == 0);
    CHECK(skipped() == 1);
    CHECK(successes(gateway.metrics()) == 2);
    CHECK(failures(gateway.metrics()) == 0);
}

TEST_CASE("two runs that start in the same moment: exactly one runs") {
    const World world;
    for (int round = 0; round < 5; ++round) {
        const Arguments wait{"--wait-for", world.file("end")};
        std::filesystem::remove(world.file("end"));
        Process one = world.start_stub(wait);
        Process two = world.start_stub(wait);
        wait_for("the end of the loser",
                 [&] { return !one.running() || !two.running(); });
        world.touch("end");
        const auto first = one.wait(Milliseconds{10'000});
        const auto second = two.wait(Milliseconds{10'000});
        REQUIRE(first);
        REQUIRE(second);
        INFO(first->err);
        INFO(second->err);
        CHECK(first->exit_code + second->exit_code == 75);
    }
    CHECK(world.total("scheduled_task_skipped_total", "overlap") == 5);
    CHECK(world.total("scheduled_task_executions_total", "success") == 5);
}

TEST_CASE("two state folders, as on two hosts: the database decides") {
    World world;
    Holding holding{world};
    world.set_state(world.file("other-host"));
    const auto loser = world.stub();
    CHECK(loser.exit_code == 75);
    check_names_holder(loser.err, holding.stub.pid());
    CHECK(world.last_run() == "skipped|75");
    CHECK(holding.release() == 0);
    CHECK(world.stub().exit_code == 0);
}

TEST_CASE("--lock-wait: the second run waits and then runs") {
    const World world;
    Holding holding{world};
    Process waiting = world.start_stub({"--lock-wait", "20s"});
    CHECK_FALSE(waiting.wait(Milliseconds{400}));
    CHECK(holding.release() == 0);
    const auto ended = waiting.wait(Milliseconds{10'000});
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(world.total("scheduled_task_executions_total", "success") == 2);
}

TEST_CASE("--lock-wait that is too short ends with 75") {
    const World world;
    Holding holding{world};
    const auto loser = world.stub({"--lock-wait", "300ms"});
    CHECK(loser.exit_code == 75);
    CHECK(loser.seconds >= 0.3);
    CHECK(holding.release() == 0);
}

TEST_CASE("a signal ends the wait for the lock, and is recorded") {
    const World world;
    Holding holding{world};
    Process waiting = world.start_stub({"--lock-wait", "20s"});
    wait_for("the begin line",
             [&] { return waiting.err().find("begin") != std::string::npos; });
    waiting.signal(SIGTERM);
    const auto ended = waiting.wait(Milliseconds{5'000});
    REQUIRE(ended);
    CHECK(ended->exit_code == 143);
    CHECK(world.last_run() == "interrupted|143");
    CHECK(holding.release() == 0);
}

TEST_CASE("other tasks are not locked out") {
    const World world;
    Holding holding{world};
    const auto other = run(world.command("lark-sync-users"));
    CHECK(other.exit_code == 78);  // no app is configured: it got that far
    CHECK(other.err.find("holds the lock") == std::string::npos);
    CHECK(holding.release() == 0);
}

TEST_CASE("a slot that another host's run has served is not run once more") {
    World world;
    world.set_more(
        "[tasks.stub]\nschedule = '0 0 * * *'\n"
        "misfire_grace_seconds = 86400\n");
    const Arguments by_timer{"--trigger", "timer"};
    CHECK(world.stub(by_timer).exit_code == 0);
    const Finished late = world.stub(by_timer);
    CHECK(late.exit_code == 75);
    CHECK(late.err.find("has been run by host '" + own_host_name() + "'") !=
          std::string::npos);
    CHECK(world.total("scheduled_task_skipped_total", "overlap") == 1);
    // A person may, and a run that failed leaves the slot to others.
    CHECK(world.stub().exit_code == 0);
    world.sql("UPDATE lark_batch.task_runs SET outcome = 'failure'");
    CHECK(world.stub(by_timer).exit_code == 0);
}
