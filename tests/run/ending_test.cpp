// How a run can end, and that all who look at it see the same.
#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;
using nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

struct Ending {
    Arguments arguments;
    int exit_code;
    std::string outcome;
};

}  // namespace

TEST_CASE("exit code, run row, JSON and log agree on every ending") {
    const World world;
    const std::vector<Ending> endings{
        {{}, 0, "success"},
        {{"--outcome", "partial"}, 3, "partial"},
        {{"--outcome", "guarded"}, 4, "guarded"},
        {{"--fail", "failed"}, 1, "failure"},
        {{"--fail", "config"}, 78, "failure"},
        {{"--fail", "unavailable"}, 69, "failure"},
        {{"--fail", "denied"}, 77, "failure"},
        {{"--fail", "bug"}, 70, "failure"},
        {{"--fail", "foreign"}, 70, "failure"}};
    for (Ending ending : endings) {
        CAPTURE(ending.arguments);
        ending.arguments.emplace_back("--json");
        const auto ended = world.stub(ending.arguments);
        CHECK(ended.exit_code == ending.exit_code);
        const json result = json::parse(ended.out);
        CHECK(result.at("outcome") == ending.outcome);
        CHECK(result.at("exit_code") == ending.exit_code);
        CHECK(result.at("task") == "stub");
        CHECK(result.at("schema_version") == 1);
        CHECK(world.last_run() ==
              ending.outcome + "|" + std::to_string(ending.exit_code));
        CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs WHERE"
                        " run_id = '" +
                        result.at("run_id").get<std::string>() + "'") == "1");
        CHECK(has(ended.err, "outcome=" + ending.outcome));
    }
    CHECK(world.total("scheduled_task_executions_total", "success") == 1);
    CHECK(world.total("scheduled_task_executions_total", "failure") == 8);
}

TEST_CASE("without --json a run is silent on stdout") {
    const World world;
    const auto ended = world.stub();
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.empty());
    CHECK_FALSE(ended.err.empty());
}

TEST_CASE("--timeout: outcome timeout, exit code 1, counted") {
    const World world;
    const auto ended = world.stub(
        {"--timeout", "300ms", "--wait-for", world.file("never"), "--json"});
    CHECK(ended.exit_code == 1);
    CHECK(ended.seconds < 3);
    CHECK(json::parse(ended.out).at("outcome") == "timeout");
    CHECK(has(ended.err, "--timeout of 300ms"));
    CHECK(world.last_run() == "timeout|1");
    CHECK(world.total("scheduled_task_timeouts_total") == 1);
    CHECK(world.total("scheduled_task_executions_total", "failure") == 1);
}

TEST_CASE("--timeout ends a statement that would run on") {
    const World world;
    const auto ended =
        world.stub({"--timeout", "300ms", "--sql", "SELECT pg_sleep(60)"});
    CHECK(ended.exit_code == 1);
    CHECK(ended.seconds < 3);
    CHECK(world.last_run() == "timeout|1");
}

TEST_CASE("--timeout ends a run whose server does not even take a cancel") {
    const World world;
    Process run = world.start_stub(
        {"--timeout", "500ms", "--sql", "SELECT pg_sleep(60)"});
    std::string pid;
    wait_for("the statement runs", [&] {
        pid = world.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname ="
            " current_database() AND query LIKE '%pg_sleep(60)%'"
            " AND pid <> pg_backend_pid() LIMIT 1");
        return !pid.empty();
    });
    const int backend = std::stoi(pid);
    kill(backend, SIGSTOP);
    const auto ended = run.wait(std::chrono::seconds{20});
    kill(backend, SIGCONT);
    REQUIRE(ended.has_value());
    CHECK(ended->exit_code == 1);
    wait_for("the record is there",
             [&] { return world.last_run() == "timeout|1"; });
}

TEST_CASE("a start that comes too late is a misfire: 75, nothing is done") {
    const World world;
    const auto late = world.stub({"--scheduled-for", "2020-01-01T03:00:00Z",
                                  "--started", world.file("on"), "--json"});
    CHECK(late.exit_code == 75);
    CHECK(json::parse(late.out).at("outcome") == "skipped");
    CHECK(has(late.err, "was due at 2020-01-01T03:00:00"));
    CHECK(world.last_run() == "skipped|75");
    CHECK(world.total("scheduled_task_skipped_total", "misfire") == 1);
    CHECK(world.total("scheduled_task_executions_total") == 0);
    CHECK_FALSE(std::filesystem::exists(world.file("on")));
}

TEST_CASE("misfire_grace_seconds lets a late run happen, with its delay") {
    Pushgateway gateway;
    World world{gateway.url()};
    world.set_more("[tasks.stub]\nmisfire_grace_seconds = 604800\n");
    const std::string due = world.sql(
        "SELECT to_char(now() at time zone 'UTC' - interval '1 hour',"
        " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    CHECK(world.stub({"--scheduled-for", due}).exit_code == 0);
    const auto delay =
        sample(gateway.metrics(), "scheduled_task_last_start_delay_seconds");
    CHECK(delay.value_or(0) >= 3600);
    CHECK(delay.value_or(0) < 3700);
}

TEST_CASE("a disabled task: 75, counted, and scheduled_task_enabled is 0") {
    Pushgateway gateway;
    World world{gateway.url()};
    REQUIRE(world.stub().exit_code == 0);
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled") == 1);
    world.set_more("[tasks.stub]\nenabled = false\n");
    const auto ended = world.stub({"--started", world.file("on")});
    CHECK(ended.exit_code == 75);
    CHECK(has(ended.err, "hint: set [tasks.stub] enabled = true"));
    CHECK_FALSE(std::filesystem::exists(world.file("on")));
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled") == 0);
    CHECK(successes(gateway.metrics()) == 1);
    CHECK(world.last_run() == "skipped|75");
    world.set_more("");
    CHECK(world.stub().exit_code == 0);
    CHECK(sample(gateway.metrics(), "scheduled_task_enabled") == 1);
    CHECK(sample(gateway.metrics(), "scheduled_task_skipped_total",
                 {"reason=\"disabled\""}) == 1);
}

TEST_CASE("the trigger is recorded as told") {
    const World world;
    CHECK(world.stub({"--trigger", "timer"}).exit_code == 0);
    CHECK(world.sql("SELECT trigger FROM lark_batch.task_runs") == "timer");
}

TEST_CASE("stages and the program's own fields are in the run's statistics") {
    const World world;
    CHECK(world.stub({"--stage", "one", "--stage", "two"}).exit_code == 0);
    CHECK(world.sql("SELECT stats -> 'told', stats -> 'stages' ?& "
                    "array['one', 'two'] FROM lark_batch.task_runs") ==
          "true|t");
}

TEST_CASE("--dry-run records nothing") {
    const World world;
    CHECK(world.stub({"--dry-run"}).exit_code == 0);
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs") == "0");
    CHECK(world.total("scheduled_task_executions_total") == 0);
}
