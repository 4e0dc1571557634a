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
};

// The series that a job can ever push. A counter that first appears as 1 is
// an increase of 0 to Prometheus, so all of them are pushed from the start.
struct JobSeries {
    std::string task_name;
    std::vector<ApiRoute> routes{};   // empty: it never asks the Lark API
    std::vector<std::string> apps{};  // for lark_sync_users_*
    bool refreshes_tokens = false;
    std::vector<std::string> token_apps{};  // Lark's app ids
    std::vector<std::string> channels{};    // of notices
    bool cleans = false;                    // lark_cleanup_*
};

Totals zeroes(const JobSeries& job);

// The totals that this release still has (same family, same buckets), and
// every series of `zeroes` that they lack.
Totals completed(const Totals& totals, const Totals& zeroes);

// Sorted by family and labels. Throws Error(bug) for a family that is not
// ours or a number that cannot be a total.
std::string exposition(std::span<const CounterTotal> counters,
                       std::span<const HistogramTotal> histograms,
                       std::span<const Gauge> gauges);

}  // namespace lark_batch::metrics
