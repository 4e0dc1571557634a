// The directory sync: for every app, read what Lark shows it, prove that the
// reading is whole, and switch the stored directory to it.
#pragma once

#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-sync-users/options.hpp"
#include "tools/lark-sync-users/report.hpp"

namespace lark_batch::sync_users {

// One app that fails does not stop the others: the result is partial then,
// and a failure only if none succeeded.
run::Result sync(run::Context& context, const Options& options);

// What is pushed of an app; without what was lost when `all_read` is false.
std::vector<metrics::Gauge> gauges_of(const AppReport& app, bool all_read,
                                      const Outcomes& states);

// The counters that only a sync has.
void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series);

// The routes that the sync asks, for its metrics.
std::vector<metrics::ApiRoute> routes();

}  // namespace lark_batch::sync_users
