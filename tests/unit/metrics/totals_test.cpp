#include "lib/metrics/totals.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

const Labels k_labels{{"task_name", "sync_users"}};
const std::string k_key = labels_key(k_labels);

}  // namespace

TEST_CASE("totals: a stored row gets its labels back") {
    Totals totals;
    CHECK(add_stored(totals, CounterTotal{std::string{k_timeouts.name}, {}, 7},
                     k_key));
    CHECK(add_stored(
        totals,
        HistogramTotal{std::string{k_duration.name}, {}, {1, 2}, {3, 4, 5}, 6},
        k_key));
    CHECK(totals.counters.at(0).labels == k_labels);
    CHECK(totals.histograms.at(0).labels == k_labels);
    CHECK(totals.histograms.at(0).counts == std::vector<double>{3, 4, 5});
}

TEST_CASE("totals: a row of another release is passed over") {
    Totals totals;
    CHECK_FALSE(add_stored(totals, CounterTotal{"gone_total", {}, 7}, "{}"));
    // Now a gauge, once a counter.
    CHECK_FALSE(add_stored(
        totals, CounterTotal{std::string{k_enabled.name}, {}, 7}, k_key));
    CHECK(totals.empty());
}

TEST_CASE("totals: a damaged row is a fault of the stored state") {
    Totals totals;
    const auto refused = [&](const auto& row, const std::string& key) {
        try {
            add_stored(totals, row, key);
        } catch (const errors::Error& error) {
            return error.kind() == errors::Kind::config;
        }
        return false;
    };
    const std::string counter{k_timeouts.name};
    const std::string histogram{k_duration.name};
    CHECK(refused(CounterTotal{counter, {}, -1}, k_key));
    CHECK(refused(CounterTotal{counter, {}, NAN}, k_key));
    CHECK(refused(CounterTotal{counter, {}, 1}, "{}"));
    CHECK(refused(HistogramTotal{histogram, {}, {2, 1}, {0, 0, 0}, 0}, k_key));
    CHECK(refused(HistogramTotal{histogram, {}, {1, 2}, {0, 0}, 0}, k_key));
    CHECK(refused(HistogramTotal{histogram, {}, {1}, {0, -1}, 0}, k_key));
    CHECK(totals.empty());
}

TEST_CASE("totals: a gauge is checked like a total, but may be negative") {
    CHECK(gauge(k_last_start_delay, k_labels, -0.5).value == -0.5);
    CHECK_THROWS_AS(gauge(k_timeouts, k_labels, 1), errors::Error);
    CHECK_THROWS_AS(gauge(k_enabled, {}, 1), errors::Error);
    CHECK_THROWS_AS(gauge(k_enabled, k_labels, NAN), errors::Error);
}

}  // namespace lark_batch::metrics
