#include "lib/metrics/deltas.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

const Labels k_success{{"task_name", "sync_users"}, {"status", "success"}};
const Labels k_task_only{{"task_name", "sync_users"}};

}  // namespace

TEST_CASE("deltas: the same series adds up, others stay apart") {
    Deltas deltas;
    CHECK(deltas.empty());
    deltas.add(k_executions, k_success);
    deltas.add(k_executions, k_success, 2);
    deltas.add(k_executions,
               {{"task_name", "sync_users"}, {"status", "failure"}}, 0);
    REQUIRE(deltas.totals().counters.size() == 2);
    CHECK(deltas.totals().counters[0].value == 3);
    CHECK(deltas.totals().counters[1].value == 0);
}

TEST_CASE("deltas: an observation falls into one bucket, bounds included") {
    Deltas deltas;
    for (const double seconds : {0.1, 0.5, 0.6, 4000.0}) {
        deltas.observe(k_duration, k_task_only, seconds);
    }
    REQUIRE(deltas.totals().histograms.size() == 1);
    const auto& total = deltas.totals().histograms[0];
    REQUIRE(total.counts.size() == k_duration.bounds.size() + 1);
    CHECK(total.counts.front() == 2);
    CHECK(total.counts[1] == 1);
    CHECK(total.counts.back() == 1);
    CHECK(total.sum == doctest::Approx(4001.2));
}

TEST_CASE("deltas: what cannot be a total is our bug") {
    Deltas deltas;
    CHECK_THROWS_AS(deltas.add(k_executions, k_success, -1), errors::Error);
    CHECK_THROWS_AS(deltas.add(k_executions, k_success, NAN), errors::Error);
    CHECK_THROWS_AS(deltas.add(k_enabled, k_task_only, 1), errors::Error);
    CHECK_THROWS_AS(deltas.add(k_duration, k_task_only, 1), errors::Error);
    CHECK_THROWS_AS(deltas.observe(k_timeouts, k_task_only, 1), errors::Error);
    CHECK_THROWS_AS(deltas.observe(k_duration, k_task_only, INFINITY),
                    errors::Error);
    CHECK_THROWS_AS(deltas.add(k_executions, k_task_only), errors::Error);
    CHECK(deltas.empty());
}

}  // namespace lark_batch::metrics
