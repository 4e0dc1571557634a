// `lark-admin tasks ended`: a killed run is recorded at once.
#include <doctest/doctest.h>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Killed : World {
    explicit Killed(const std::string& gateway = {})
        : World(gateway, Rooms::shared) {}

    void kill_one() const {
        const Finished ended =
            run(command("lark-run", {"--task", "nightly", "--", "sh", "-c",
                                     "kill -9 $PPID"}));
        CHECK(ended.signal == SIGKILL);
    }
    Finished ended(const std::string& result,
                   const std::string& status = "KILL") const {
        Command told = command("lark-admin", {"tasks", "ended", "nightly"});
        told.env = {{"SERVICE_RESULT", result},
                    {"EXIT_CODE", "killed"},
                    {"EXIT_STATUS", status}};
        return run(told);
    }
    // As lark-job-failed@.service does it.
    Finished failed() const {
        Command told =
            command("lark-admin", {"tasks", "failed", "lark-task@nightly"});
        told.env = {{"MONITOR_SERVICE_RESULT", "oom-kill"},
                    {"MONITOR_EXIT_CODE", "killed"},
                    {"MONITOR_EXIT_STATUS", "KILL"}};
        return run(told);
    }
    std::string row() const {
        return sql(
            "SELECT outcome, error, stats ->> 'killed', finished_at IS NOT"
            " NULL FROM lark_batch.task_runs");
    }
    double failures() const {
        return total("scheduled_task_executions_total", "failure");
    }
};

}  // namespace

TEST_CASE("tasks ended: a killed run is a failure, counted and pushed, once") {
    Pushgateway gateway;
    const Killed world{gateway.url()};
    world.kill_one();
    REQUIRE(world.row() == "|||f");
    const Finished told = world.ended("oom-kill");
    CAPTURE(told.err);
    CHECK(told.exit_code == 0);
    CHECK(told.out ==
          "the run of 'nightly' was killed (oom-kill): recorded as a "
          "failure\n");
    CHECK(told.seconds < 5);
    CHECK(world.row() == "failure|the run was killed: oom-kill|true|t");
    CHECK(world.failures() == 1);
    const std::string pushed = gateway.metrics();
    const std::string job = "job=\"lark-run-nightly\"";
    CHECK(sample(pushed, "scheduled_task_executions_total",
                 {job, "status=\"failure\""}) == 1);
    CHECK(sample(pushed, "scheduled_task_executions_total",
                 {job, "status=\"success\""}) == 0);
    CHECK(sample(pushed, "scheduled_task_last_exit_code", {job}) == 137);
    CHECK(
        *sample(pushed, "scheduled_task_last_completion_timestamp_seconds",
                {job}) >=
        *sample(pushed, "scheduled_task_last_start_timestamp_seconds", {job}));
    CHECK(has(world.ended("oom-kill").out, "no run of 'nightly' is open"));
    CHECK(world.failures() == 1);
}

TEST_CASE("tasks ended: what recorded itself is left alone") {
    const Killed world;
    world.kill_one();
    // ExecStopPost= has no credentials with systemd 252, and needs none here.
    for (const char* result : {"success", "exit-code"}) {
        Command told =
            world.command("lark-admin", {"tasks", "ended", "nightly"});
        told.env = {{"SERVICE_RESULT", result},
                    {"LARK_BATCH_DATABASE_PASSWORD_FILE", "/denied"}};
        const Finished done = run(told);
        CAPTURE(done.err);
        CHECK(done.exit_code == 0);
        CHECK(done.out + done.err == "");
    }
    CHECK(world.row() == "|||f");
    CHECK(world.ended("").exit_code == 64);
}

TEST_CASE("tasks failed: records what `tasks ended` could not") {
    const Killed world;
    world.kill_one();
    CHECK(has(world.failed().out, "was killed (oom-kill): recorded as a"));
    CHECK(world.row() == "failure|the run was killed: oom-kill|true|t");
    world.failed();
    CHECK(world.failures() == 1);
}

TEST_CASE("tasks ended: without the database the next run records it") {
    Killed world;
    world.kill_one();
    world.take_database_away();
    const Finished told = world.ended("signal");
    CHECK(told.exit_code == 0);
    CHECK(has(told.out, "the next run of 'nightly' records that it was"));
    world.give_database_back();
    CHECK(run(world.command("lark-run", {"--task", "nightly", "--", "true"}))
              .exit_code == 0);
    CHECK(world.failures() == 1);
    CHECK(has(world.ended("signal").out, "no run of 'nightly' is open"));
    CHECK(world.failures() == 1);
}

TEST_CASE("tasks ended: a run that has begun meanwhile is not touched") {
    const Killed world;
    const std::string begun = world.file("begun");
    Process running{
        world.command("lark-run", {"--task", "nightly", "--", "sh", "-c",
                                   "echo > '" + begun + "'; exec sleep 60"})};
    wait_for("the command", [&] { return std::filesystem::exists(begun); });
    const Finished told = world.ended("signal");
    CHECK(told.exit_code == 0);
    CHECK(has(told.out, "another run of 'nightly' holds the lock"));
    CHECK(told.seconds < 5);
    CHECK(world.row() == "|||f");
    running.terminate();
}
