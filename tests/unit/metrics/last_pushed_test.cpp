#include "lib/metrics/last_pushed.hpp"

#include <doctest/doctest.h>

#include "lib/metrics/deltas.hpp"

namespace lark_batch::metrics {

namespace {

Totals totals(double successes, double timeouts, int observations) {
    Deltas deltas;
    deltas.add(k_executions, {{"task_name", "t"}, {"status", "success"}},
               successes);
    deltas.add(k_timeouts, {{"task_name", "t"}}, timeouts);
    for (int i = 0; i < observations; ++i) {
        deltas.observe(k_duration, {{"task_name", "t"}}, 2);
    }
    return deltas.totals();
}

}  // namespace

TEST_CASE("last pushed: growing or standing still is fine") {
    const auto last = last_pushed(totals(3, 1, 2));
    CHECK_FALSE(went_backwards(last, last));
    CHECK_FALSE(went_backwards(last, last_pushed(totals(4, 1, 3))));
    CHECK_FALSE(went_backwards({}, last));
}

TEST_CASE("last pushed: the family that went down is named") {
    const auto last = last_pushed(totals(1232, 1, 2));
    CHECK(went_backwards(last, last_pushed(totals(1229, 1, 2))) ==
          k_executions.name);
    CHECK(went_backwards(last, last_pushed(totals(1232, 0, 2))) ==
          k_timeouts.name);
    CHECK(went_backwards(last, last_pushed(totals(1232, 1, 1))) ==
          k_duration.name);
}

TEST_CASE("last pushed: other buckets are another series") {
    auto before = totals(1, 1, 2);
    before.histograms[0].bounds = {1};
    before.histograms[0].counts = {5, 5};
    CHECK_FALSE(
        went_backwards(last_pushed(before), last_pushed(totals(1, 1, 2))));
}

TEST_CASE("last pushed: the file reads back, damage is skipped") {
    const auto last = last_pushed(totals(0.1 + 0.2, 1, 2));
    const auto text = to_text(last);
    CHECK(parse_last_pushed(text) == last);
    CHECK(parse_last_pushed("").values.empty());
    CHECK(parse_last_pushed("x\nnan\ta\n1\n\xff\t\t\n2\tm\tk").values.size() ==
          1);
    CHECK(parse_last_pushed("rubbish\n" + text) == last);
}

}  // namespace lark_batch::metrics
