// The totals behind our counters and histograms. They only grow, each run
// adds to them once, and no clean-up ever touches them: a counter that is
// recomputed or restarted makes increase() lie (docs/metrics.md).
#pragma once

#include <string>
#include <vector>

namespace pqxx {
class transaction_base;
}

namespace lark_batch::db {

struct CounterRow {
    std::string metric;
    std::string labels;  // canonical JSON object
    double value = 0;
};

struct HistogramRow {
    std::string metric;
    std::string labels;  // canonical JSON object
    std::vector<double> bounds;
    std::vector<double> counts;  // per bucket, +Inf last
    double sum = 0;
};

struct MetricRows {
    std::vector<CounterRow> counters;
    std::vector<HistogramRow> histograms;
};

// Adds a run's deltas to the totals of `job`. Returns false, having changed
// nothing, when that run was added before.
bool add_to_totals(pqxx::transaction_base& transaction, const std::string& job,
                   const std::string& run_id, const MetricRows& deltas);

// All totals of the job.
MetricRows read_totals(pqxx::transaction_base& transaction,
                       const std::string& job);

// Starts the job's totals at zero again, after a restored database would have
// made them fall below what was pushed before.
void reset_totals(pqxx::transaction_base& transaction, const std::string& job);

}  // namespace lark_batch::db
