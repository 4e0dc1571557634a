// One look: what does Alertmanager have, and who must be told?
#pragma once

#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-forward-alerts/options.hpp"

namespace lark_batch::forward_alerts {

// Partial when a channel or one of several Alertmanagers failed. Throws
// Error(unavailable) when there is no complete answer: then nothing counts as
// resolved, and nobody is told anything.
run::Result forward(run::Context& context, const Options& options);

// The counters that it has.
void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series);

}  // namespace lark_batch::forward_alerts
