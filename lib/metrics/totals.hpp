// Values of series: what one run adds, or what all runs added up to.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/labels.hpp"

namespace lark_batch::metrics {

struct CounterTotal {
    std::string metric;
    Labels labels;
    double value = 0;

    bool operator==(const CounterTotal&) const = default;
};

struct HistogramTotal {
    std::string metric;
    Labels labels;
    std::vector<double> bounds;
    // One per bound and a last one for +Inf; each holds its own bucket only.
    std::vector<double> counts;
    double sum = 0;

    bool operator==(const HistogramTotal&) const = default;
};

struct Gauge {
    std::string metric;
    Labels labels;
    double value = 0;
};

struct Totals {
    std::vector<CounterTotal> counters;
    std::vector<HistogramTotal> histograms;

    bool operator==(const Totals&) const = default;
    bool empty() const { return counters.empty() && histograms.empty(); }
};

// Adds a row of the database to `totals`; false, and nothing added, when this
// release has no such total. Throws Error(config) for labels or numbers that
// cannot be one.
bool add_stored(Totals& totals, CounterTotal row, std::string_view labels_key);
bool add_stored(Totals& totals, HistogramTotal row,
                std::string_view labels_key);

// A gauge whose labels are right. Throws Error(bug) otherwise.
Gauge gauge(const Family& family, Labels labels, double value);

}  // namespace lark_batch::metrics
