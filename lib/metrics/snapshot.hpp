// What is pushed: the totals of a job, complete with zeros, and the facts of
// its last run, as text 0.0.4.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/metrics/totals.hpp"

namespace lark_batch::metrics {

struct ApiRoute {
    std::string method;
    std::string endpoint;  // a template: /open-apis/contact/v3/users/:user_id
    // Whether its histogram is pushed, twelve series: of what is called many
    // times a run. Its requests are counted in any case.
    bool timed = false;
};

// The series that a job can push. A counter that first appears as 1 is an
// increase of 0 to Prometheus, so those whose first step matters are pushed
// from the start. How many there may be in all: docs/decisions/0018.
struct JobSeries {
    std::string task_name;
    std::vector<ApiRoute> routes{};   // empty: it never asks the Lark API
    std::vector<std::string> apps{};  // for lark_sync_users_*
    // What can become of its records; empty: it counts none.
    std::vector<std::string_view> outcomes{};
    bool refreshes_tokens = false;
    std::vector<std::string> token_apps{};  // Lark's app ids
    std::vector<std::string> channels{};    // of notices
    bool cleans = false;                    // lark_cleanup_*
};

Totals zeroes(const JobSeries& job);

// What is pushed of the stored totals: counters above zero that this release
// still has (same family, values of the closed lists), histograms of `zeroes`
// (same buckets), and every series of `zeroes` that they lack.
Totals completed(const Totals& totals, const Totals& zeroes);

// Sorted by family and labels. Throws Error(bug) for a family that is not
// ours or a number that cannot be a total.
std::string exposition(std::span<const CounterTotal> counters,
                       std::span<const HistogramTotal> histograms,
                       std::span<const Gauge> gauges);

}  // namespace lark_batch::metrics
