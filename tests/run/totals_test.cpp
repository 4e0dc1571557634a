// What accumulates over runs, seen where people look: in a real Pushgateway.
#include <doctest/doctest.h>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

std::optional<double> duration(const std::string& metrics,
                               const std::string& le) {
    return sample(metrics, "scheduled_task_duration_seconds_bucket",
                  {"task_name=\"stub\"", "le=\"" + le + "\""});
}

}  // namespace

TEST_CASE("three runs: the totals are 1, 2, 3 and the buckets add up") {
    Pushgateway gateway;
    const World world{gateway.url()};
    for (int number = 1; number <= 3; ++number) {
        const auto ended =
            world.stub({"--record", "created=5", "--api-calls", "10"});
        REQUIRE(ended.exit_code == 0);
        CHECK(ended.out.empty());
        const std::string metrics = gateway.metrics();
        CHECK(successes(metrics) == number);
        CHECK(failures(metrics) == 0);
        CHECK(duration(metrics, "3600") == number);
        CHECK(duration(metrics, "+Inf") == number);
        CHECK(sample(metrics, "scheduled_task_duration_seconds_count") ==
              number);
        CHECK(sample(metrics, "scheduled_task_records_total",
                     {"outcome=\"created\""}) == 5 * number);
        CHECK(sample(metrics, "lark_service_api_requests_total",
                     {"status=\"200\""}) == 10 * number);
        CHECK(sample(metrics, "scheduled_task_last_exit_code") == 0);
    }
}

TEST_CASE("the peak memory of a run is not that of who started it") {
    Pushgateway gateway;
    const World world{gateway.url()};
    const std::string large(256 << 20, 'x');
    REQUIRE(world.stub().exit_code == 0);
    const auto peak =
        sample(gateway.metrics(), "scheduled_task_last_max_rss_bytes");
    REQUIRE(peak);
    CHECK(*peak > 1 << 20);
    CHECK(*peak < static_cast<double>(large.size()) / 2);
}

TEST_CASE("the gateway is down for the second run: nothing is missing") {
    Pushgateway gateway;
    const World world{gateway.url()};
    REQUIRE(world.stub().exit_code == 0);
    CHECK(sample(gateway.metrics(), "lark_batch_metrics_push_failures_total") ==
          0);
    gateway.stop();
    CHECK(world.stub().exit_code == 0);
    gateway.start();
    REQUIRE(world.stub().exit_code == 0);
    const std::string metrics = gateway.metrics();
    CHECK(successes(metrics) == 3);
    CHECK(sample(metrics, "lark_batch_metrics_push_failures_total") == 1);
}

TEST_CASE("the history is deleted: totals stay as they are") {
    Pushgateway gateway;
    const World world{gateway.url()};
    REQUIRE(world.stub().exit_code == 0);
    REQUIRE(world.stub().exit_code == 0);
    world.sql("DELETE FROM lark_batch.task_runs");
    REQUIRE(world.stub().exit_code == 0);
    CHECK(successes(gateway.metrics()) == 3);
}

TEST_CASE("a run that fails keeps the series of success") {
    Pushgateway gateway;
    const World world{gateway.url()};
    REQUIRE(world.stub().exit_code == 0);
    const std::string name = "scheduled_task_last_success_timestamp_seconds";
    const auto succeeded_at = sample(gateway.metrics(), name);
    REQUIRE(succeeded_at.value_or(0) > 0);
    CHECK(world.stub({"--fail", "failed"}).exit_code == 1);
    const std::string metrics = gateway.metrics();
    CHECK(successes(metrics) == 1);
    CHECK(failures(metrics) == 1);
    CHECK(sample(metrics, name) == succeeded_at);
    CHECK(sample(metrics, "scheduled_task_last_exit_code") == 1);
    CHECK(sample(metrics, "scheduled_task_last_completion_timestamp_seconds")
              .value_or(0) >= succeeded_at);
}

TEST_CASE("before the first run ends, the gateway shows zeros and its start") {
    Pushgateway gateway;
    const World world{gateway.url()};
    const std::string go = world.file("go");
    Process stub = world.start_stub(
        {"--started", world.file("on"), "--wait-for", go, "--fail", "failed"});
    wait_for("the job's begin",
             [&] { return std::filesystem::exists(world.file("on")); });
    const std::string begun = gateway.metrics();
    CHECK(failures(begun) == 0);
    CHECK(successes(begun) == 0);
    CHECK(sample(begun, "scheduled_task_last_start_timestamp_seconds")
              .value_or(0) > 1'700'000'000);
    CHECK_FALSE(
        sample(begun, "scheduled_task_last_completion_timestamp_seconds"));
    world.touch("go");
    REQUIRE(stub.wait(Milliseconds{10'000}));
    CHECK(failures(gateway.metrics()) == 1);
}

TEST_CASE("a restored database: totals start at zero, never go on lower") {
    Pushgateway gateway;
    const World world{gateway.url()};
    for (int number = 0; number < 5; ++number) {
        REQUIRE(world.stub().exit_code == 0);
    }
    // As it was after two runs.
    world.sql(
        "UPDATE lark_batch.metric_counter_totals SET value = 2"
        " WHERE value = 5");
    Process stub = world.start_stub(
        {"--started", world.file("on"), "--wait-for", world.file("go")});
    wait_for("the job's begin",
             [&] { return std::filesystem::exists(world.file("on")); });
    CHECK(successes(gateway.metrics()).value_or(0) != 2);
    world.touch("go");
    const auto ended = stub.wait(Milliseconds{10'000});
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(ended->err.find("starting them at zero") != std::string::npos);
    CHECK(successes(gateway.metrics()) == 1);
    const auto next = world.stub();
    CHECK(next.err.find("starting them at zero") == std::string::npos);
    CHECK(successes(gateway.metrics()) == 2);
}

TEST_CASE("a restored database while the gateway is down: one restart only") {
    Pushgateway gateway;
    const World world{gateway.url()};
    for (int number = 0; number < 5; ++number) {
        REQUIRE(world.stub().exit_code == 0);
    }
    world.sql(
        "UPDATE lark_batch.metric_counter_totals SET value = 2"
        " WHERE value = 5");
    gateway.stop();
    REQUIRE(world.stub().exit_code == 0);
    gateway.start();
    REQUIRE(world.stub().exit_code == 0);
    CHECK(successes(gateway.metrics()) == 2);
}
