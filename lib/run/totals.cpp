#include "lib/run/totals.hpp"

namespace lark_batch::run {

db::MetricRows to_rows(const metrics::Totals& totals) {
    db::MetricRows rows;
    for (const metrics::CounterTotal& total : totals.counters) {
        rows.counters.push_back(
            {total.metric, metrics::labels_key(total.labels), total.value});
    }
    for (const metrics::HistogramTotal& total : totals.histograms) {
        rows.histograms.push_back({total.metric,
                                   metrics::labels_key(total.labels),
                                   total.bounds, total.counts, total.sum});
    }
    return rows;
}

metrics::Totals from_rows(const db::MetricRows& rows) {
    metrics::Totals totals;
    for (const db::CounterRow& row : rows.counters) {
        metrics::add_stored(totals,
                            metrics::CounterTotal{row.metric, {}, row.value},
                            row.labels);
    }
    for (const db::HistogramRow& row : rows.histograms) {
        metrics::add_stored(
            totals,
            metrics::HistogramTotal{
                row.metric, {}, row.bounds, row.counts, row.sum},
            row.labels);
    }
    return totals;
}

}  // namespace lark_batch::run
