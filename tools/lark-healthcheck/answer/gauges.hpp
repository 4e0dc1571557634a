// What is pushed about checks, and printed by --format prometheus.
#pragma once

#include <vector>

#include "lib/metrics/totals.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// The lark_healthcheck_* series of these checks. One that has not finished
// has lark_healthcheck_info and the time limit only, one that is skipped no
// state and no values. Measurements that are not exported, have no number, or
// repeat a label are left out, as is "time": that is the duration.
std::vector<metrics::Gauge> gauges_of(const std::vector<Outcome>& outcomes);

}  // namespace lark_batch::healthcheck
