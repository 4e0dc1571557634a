// What PromQL makes of our numbers: in a real Prometheus, and by promtool
// with the totals of real runs, one an hour.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "lib/metrics/names.hpp"
#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/prometheus.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

// A value for each of our runs, an hour each, in promtool's notation.
std::string hourly(const std::vector<double>& values) {
    std::string series;
    for (const double value : values) {
        series += fmt::format("{}x59 ", value);
    }
    return series;
}

struct Row {
    std::string values;
    std::string query;
    std::string at;
    double hundredths;  // what the query gives, in hundredths
};

std::string rules_test(const std::vector<Row>& rows) {
    std::string text = "evaluation_interval: 1m\ntests:\n";
    for (const Row& row : rows) {
        text += fmt::format(
            "  - interval: 1m\n    input_series:\n"
            "      - series: 'runs{{job=\"a\"}}'\n        values: '{}'\n"
            "    promql_expr_test:\n"
            "      - expr: round(100 * {})\n        eval_time: {}\n"
            "        exp_samples:\n          - labels: '{{job=\"a\"}}'\n"
            "            value: {}\n",
            row.values, row.query, row.at, row.hundredths);
    }
    return text;
}

void check_with_promtool(const World& world, const std::vector<Row>& rows) {
    std::filesystem::path file = world.file("rows.yml");
    const TempDir folder;
    file = folder.write("rows.yml", rules_test(rows));
    const auto checked = run({find_program("promtool", "prometheus").string(),
                              "test", "rules", file.string()});
    CAPTURE(checked.out);
    CAPTURE(checked.err);
    CHECK(checked.exit_code == 0);
}

std::vector<double> totals_of_runs(const World& world,
                                   const Pushgateway& gateway, int runs) {
    std::vector<double> totals;
    for (int number = 0; number < runs; ++number) {
        REQUIRE(world.stub().exit_code == 0);
        totals.push_back(successes(gateway.metrics()).value_or(-1));
    }
    return totals;
}

}  // namespace

TEST_CASE("promtool: increase() counts our runs, and would not count ones") {
    Pushgateway gateway;
    World world{gateway.url()};
    const auto totals = totals_of_runs(world, gateway, 6);
    std::string outage = hourly({10});
    outage += "_x59 " + hourly({13, 13});
    check_with_promtool(
        world, {{hourly(totals), "increase(runs[6h])", "359m", 501},
                {hourly({1, 1, 1, 1, 1, 1}), "increase(runs[6h])", "359m", 0},
                {"_x59 1x59", "increase(runs[1h])", "119m", 0},
                {"0x59 1x59", "increase(runs[2h])", "119m", 100},
                {outage, "increase(runs[4h])", "239m", 303}});
}

TEST_CASE("Prometheus sees the first failure, which promtool could not prove") {
    Pushgateway gateway;
    const Prometheus prometheus{gateway.url()};
    const World world{gateway.url()};
    const std::string runs =
        "scheduled_task_executions_total{job=\"lark-stub\",status=\"failure\"}";
    Process stub =
        world.start_stub({"--wait-for", world.file("go"), "--fail", "failed"});
    wait_for(
        "the zero", [&] { return prometheus.value(runs) == 0.0; },
        std::chrono::seconds{20});
    world.touch("go");
    REQUIRE(stub.wait(Milliseconds{10'000}));
    wait_for("the failure", [&] { return prometheus.value(runs) == 1.0; });
    const auto seen = prometheus.value("increase(" + runs + "[5m])");
    CHECK(seen.value_or(0) > 0.9);
    CHECK(seen.value_or(0) < 2);
    CHECK(
        prometheus.value("scheduled_task_last_completion_timestamp_seconds"
                         " > scheduled_task_last_success_timestamp_seconds"));
    REQUIRE(world.stub().exit_code == 0);
    wait_for("the success", [&] {
        return prometheus.value("sum(scheduled_task_executions_total)") == 2.0;
    });
}

TEST_CASE("promtool finds no fault with what a gateway holds of ours") {
    Pushgateway gateway;
    const World world{gateway.url()};
    REQUIRE(world
                .stub({"--stage", "one", "--record", "created=2", "--api-calls",
                       "3"})
                .exit_code == 0);
    std::string ours;
    std::size_t start = 0;
    const std::string all = gateway.metrics();
    while (start < all.size()) {
        const auto end = std::min(all.find('\n', start), all.size());
        const std::string line = all.substr(start, end - start);
        start = end + 1;
        if (line.find("scheduled_task_") != std::string::npos ||
            line.find("lark_") != std::string::npos) {
            ours += line + "\n";
        }
    }
    REQUIRE(ours.find("lark_service_api_requests_total") != std::string::npos);
    Command command;
    command.argv = {find_program("promtool", "prometheus"), "check", "metrics"};
    command.input = ours;
    const auto checked = run(command);
    CHECK(checked.exit_code == 0);
    CHECK(checked.out + checked.err == "");
}

TEST_CASE("the gateway of the tests keeps its groups in a file of its own") {
    Pushgateway gateway;
    const World world{gateway.url()};
    CHECK(successes(gateway.metrics()) == std::nullopt);  // nobody else's
    REQUIRE(world.stub().exit_code == 0);
    gateway.stop();
    CHECK(std::filesystem::exists(gateway.dir() / "groups"));
    gateway.start();
    CHECK(successes(gateway.metrics()) == 1);
}
