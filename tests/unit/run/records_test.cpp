#include "lib/run/records.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace lark_batch::run {

namespace {

double last(const Context& context, const std::string& outcome,
            std::vector<metrics::Gauge> gauges) {
    const auto found = std::find_if(
        gauges.begin(), gauges.end(), [&](const metrics::Gauge& gauge) {
            return gauge.metric == metrics::k_last_records.name &&
                   gauge.labels ==
                       metrics::Labels{{"task_name", context.task()},
                                       {"outcome", outcome}};
        });
    return found == gauges.end() ? -1 : found->value;
}

}  // namespace

TEST_CASE("records: every outcome is a total and a fact of the last run") {
    const config::SharedSettings settings;
    Context context{settings, "sync_users", "lark-sync-users"};
    count_records(context, {1, 2, 3, 4, 5});
    CHECK(last(context, "created", context.gauges()) == 1);
    CHECK(last(context, "updated", context.gauges()) == 2);
    CHECK(last(context, "unchanged", context.gauges()) == 3);
    CHECK(last(context, "deleted", context.gauges()) == 4);
    CHECK(last(context, "failed", context.gauges()) == 5);
    double sum = 0;
    for (const auto& total : context.deltas().totals().counters) {
        CHECK(total.metric == metrics::k_records.name);
        sum += total.value;
    }
    CHECK(sum == 15);
}

TEST_CASE("records: what cannot become of a record has no series") {
    const config::SharedSettings settings;
    Context context{settings, "cleanup", "lark-cleanup"};
    constexpr std::string_view outcomes[] = {"deleted", "failed"};
    count_records(context, {1, 2, 3, 4, 5}, outcomes);
    CHECK(context.gauges().size() == 2);
    CHECK(context.deltas().totals().counters.size() == 2);
    CHECK(last(context, "deleted", context.gauges()) == 4);
    constexpr std::string_view unknown[] = {"lost"};
    CHECK_THROWS_AS(count_records(context, {}, unknown), errors::Error);
}

}  // namespace lark_batch::run
