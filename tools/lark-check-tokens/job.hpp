// The token check: refresh what is due, see how near every token's end is,
// and tell people before it comes.
#pragma once

#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-check-tokens/options.hpp"

namespace lark_batch::check_tokens {

// Refreshes that fail and channels that do not answer make the run partial;
// tokens that need a login do not: telling so is what the run is for.
run::Result check(run::Context& context, const Options& options);

// The routes that it asks, and the counters that only it has.
std::vector<metrics::ApiRoute> routes();
void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series);

}  // namespace lark_batch::check_tokens
