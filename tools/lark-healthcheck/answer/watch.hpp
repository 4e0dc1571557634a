// Looks again and again, for a person: a table that is redrawn, with the
// latencies of the last rounds.
#pragma once

#include "lib/run/context.hpp"
#include "tools/lark-healthcheck/engine.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// Begins a round every options.watch, or when the one before it has ended, if
// that is later; `limit` bounds each one, zero does not. Ends by q, SIGINT or
// SIGTERM, with the result of the last round that was complete.
run::Result watch(const Options& options, Engine& engine,
                  clock::Duration limit);

}  // namespace lark_batch::healthcheck
