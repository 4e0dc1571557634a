// What the cleanup pushes beside its counters.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-cleanup/queries.hpp"
#include "tools/lark-cleanup/report.hpp"

namespace lark_batch::cleanup {

// A push replaces whole families, so every class has its series: those that
// did not run show what is remembered of them.
void set_gauges(run::Context& context,
                const std::map<std::string, Remembered>& states);

// scheduled_task_records: what was deleted, and the classes that failed.
void count_records(run::Context& context,
                   const std::vector<ClassReport>& classes);

// The counters that only a cleanup has.
void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series);

}  // namespace lark_batch::cleanup
