// With 50 ms an answer the rate windows are what limits a run.
#include <algorithm>
#include <cstdint>

#include "bench/figures.hpp"

namespace lark_batch::bench {

namespace {

constexpr std::int64_t k_minute_ns = 60'000'000'000;
constexpr int k_people = 20'000;
// One call a department and some second pages: about 2,500 calls of the
// members' API, so that two minutes are filled and a third begins.
constexpr int k_departments = 2'400;

std::vector<std::int64_t> arrivals(const PlayedApi& api) {
    std::vector<std::int64_t> times;
    for (const Request& each :
         api.requests("/open-apis/contact/v3/users/find_by_department")) {
        times.push_back(each.arrived_ns);
    }
    std::sort(times.begin(), times.end());
    return times;
}

// The minutes count from the first call; the one in which the last call came
// is not whole and is left out.
double held_per_minute(const std::vector<std::int64_t>& times) {
    const std::int64_t minutes = (times.back() - times.front()) / k_minute_ns;
    if (minutes == 0) {
        return 0;
    }
    const auto end = std::lower_bound(times.begin(), times.end(),
                                      times.front() + minutes * k_minute_ns);
    return static_cast<double>(end - times.begin()) /
           static_cast<double>(minutes);
}

}  // namespace

std::vector<Figure> rate_figures(Workplace& place) {
    const PlayedApi api{k_people,
                        k_departments,
                        {"--latency-ms", "50", "--rate-per-second", "50",
                         "--rate-per-minute", "1000"}};
    const std::string database = place.migrated_database();
    tell("rate windows: this takes two minutes and a half");
    const auto finished = place.sync(api, database, {50, 1000});
    place.drop(database);
    const auto times = arrivals(api);
    const RateStats stats = api.rates();
    tell("rate windows: " + std::to_string(times.size()) + " calls in " +
         std::to_string(finished.seconds) + " s");
    return {
        ratio_figure("4 held per minute, beside allowed",
                     {held_per_minute(times), "calls"}, {1000, "calls"},
                     {0.95, 0, Wanted::at_least}),
        limit_figure("4 highest per second",
                     {stats.highest_per_second, "calls"}, Wanted::at_most, 50),
        limit_figure("4 highest per minute",
                     {stats.highest_per_minute, "calls"}, Wanted::at_most,
                     1000),
        limit_figure("4 answers with 429", {stats.refused, ""}, Wanted::at_most,
                     0)};
}

}  // namespace lark_batch::bench
