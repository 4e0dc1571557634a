#include "lib/run/totals.hpp"

#include <doctest/doctest.h>

#include "lib/metrics/deltas.hpp"
#include "lib/metrics/names.hpp"

namespace lark_batch::run {

namespace {

metrics::Totals some_totals() {
    metrics::Deltas deltas;
    deltas.add(metrics::k_executions,
               {{"task_name", "sync_users"}, {"status", "success"}}, 3);
    deltas.observe(metrics::k_duration, {{"task_name", "sync_users"}}, 0.7);
    deltas.observe(metrics::k_duration, {{"task_name", "sync_users"}}, 9'999);
    return deltas.totals();
}

}  // namespace

TEST_CASE("totals: the database's rows hold all that the metrics do") {
    const auto totals = some_totals();
    const auto rows = to_rows(totals);
    REQUIRE(rows.counters.size() == 1);
    CHECK(rows.counters[0].metric == metrics::k_executions.name);
    CHECK(rows.counters[0].value == 3);
    REQUIRE(rows.histograms.size() == 1);
    CHECK(rows.histograms[0].counts.size() ==
          rows.histograms[0].bounds.size() + 1);
    CHECK(from_rows(rows) == totals);
}

TEST_CASE("totals: rows of a metric that is no more are left out") {
    auto rows = to_rows(some_totals());
    rows.counters.push_back({"lark_batch_gone_total", "{}", 5});
    rows.histograms.push_back(
        {"lark_batch_gone_seconds", "{}", {1}, {0, 1}, 2});
    CHECK(from_rows(rows) == some_totals());
}

}  // namespace lark_batch::run
