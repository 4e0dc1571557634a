// What a run counted while the database was down, on its way into it.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/run/holder.hpp"
#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

std::filesystem::path spool_of(const World& world) {
    return world.state() / "lark-stub.spool";
}

// A run whose database goes away while its job is at work.
Finished run_that_loses_database(const World& world, Arguments arguments) {
    const auto begun = world.file("begun");
    const auto go = world.file("go");
    std::filesystem::remove(begun);
    std::filesystem::remove(go);
    arguments.insert(arguments.end(), {"--started", begun, "--wait-for", go});
    Process stub = world.start_stub(arguments);
    wait_for("the job's begin", [&] { return std::filesystem::exists(begun); });
    const ClosedDatabase closed{world.database()};
    world.touch("go");
    const auto ended = stub.wait(Milliseconds{20'000});
    REQUIRE(ended);
    return *ended;
}

}  // namespace

TEST_CASE("the database is down for the second run: 3 after the third") {
    Pushgateway gateway;
    World world{gateway.url()};
    REQUIRE(world.stub().exit_code == 0);
    const auto second =
        run_that_loses_database(world, {"--record", "created=7"});
    CHECK(second.exit_code == 0);  // the job itself succeeded
    CHECK(second.err.find("waits in the spool") != std::string::npos);
    // Counters stay as they were, gauges are those of the second run.
    const std::string meanwhile = gateway.metrics();
    CHECK(successes(meanwhile) == 1);
    CHECK(sample(meanwhile, "lark_batch_metrics_spool_records") == 1);
    CHECK(read_file(spool_of(world)).find("created") != std::string::npos);
    REQUIRE(world.stub().exit_code == 0);
    const std::string metrics = gateway.metrics();
    CHECK(successes(metrics) == 3);
    CHECK(sample(metrics, "scheduled_task_records_total",
                 {"outcome=\"created\""}) == 7);
    CHECK(sample(metrics, "scheduled_task_duration_seconds_count") == 3);
    CHECK(sample(metrics, "lark_batch_metrics_spool_records") == 0);
    CHECK(world.sql("SELECT outcome, count(*) FROM lark_batch.task_runs"
                    " GROUP BY 1") == "success|3");
}

TEST_CASE("the same spool is merged twice: every run counts once") {
    World world;
    REQUIRE(world.stub().exit_code == 0);
    REQUIRE(run_that_loses_database(world, {}).exit_code == 0);
    const std::string spooled = read_file(spool_of(world));
    REQUIRE_FALSE(spooled.empty());
    for (int merge = 0; merge < 2; ++merge) {
        std::ofstream{spool_of(world)} << spooled;
        REQUIRE(world.stub().exit_code == 0);
        CHECK(world.total("scheduled_task_executions_total", "success") ==
              3 + merge);
    }
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs") == "4");
}

TEST_CASE("a spooled run keeps its outcome, its times and its error") {
    World world;
    const auto lost = run_that_loses_database(world, {"--fail", "denied"});
    CHECK(lost.exit_code == 77);
    REQUIRE(world.stub().exit_code == 0);
    CHECK(world.sql("SELECT outcome, exit_code, error,"
                    " finished_at >= started_at FROM lark_batch.task_runs"
                    " WHERE outcome <> 'success'") ==
          "failure|77|it was told to fail as 'denied'|t");
    CHECK(world.total("scheduled_task_executions_total", "failure") == 1);
}

TEST_CASE("lines that make no sense do not stop the runs after them") {
    World world;
    REQUIRE(run_that_loses_database(world, {}).exit_code == 0);
    const std::string spooled = read_file(spool_of(world));
    const auto tab = spooled.find('\t');
    REQUIRE(tab != std::string::npos);
    const std::string counts = spooled.substr(tab);
    std::ofstream{spool_of(world), std::ios::app}
        << "garbage\n"
        << "{\"run_id\": \"no uuid\"}" << counts << "{cut off" << counts
        << "{\"run_id\": \"c0a80101-0000-4000-8000-000000000001\","
           " \"task_name\": \"stub\", \"outcome\": \"of a later release\"}"
        << counts;
    const auto next = world.stub();
    CAPTURE(next.err);
    CHECK(next.exit_code == 0);
    CHECK(next.err.find("cannot be read, dropping it") != std::string::npos);
    CHECK(world.total("scheduled_task_executions_total", "success") == 2);
    CHECK(world.stub().err.find("cannot be read") == std::string::npos);
}
