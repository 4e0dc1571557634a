// The same totals as lib/metrics names them and as lib/db stores them.
#pragma once

#include "lib/db/metric_totals.hpp"
#include "lib/metrics/totals.hpp"

namespace lark_batch::run {

db::MetricRows to_rows(const metrics::Totals& totals);

// Rows of metrics that this release has no more are left out.
metrics::Totals from_rows(const db::MetricRows& rows);

}  // namespace lark_batch::run
