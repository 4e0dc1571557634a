// The commands `list` and `explain NAME`.
#pragma once

#include "lib/run/context.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// The configured checks and what is known of them, with or without the
// database.
run::Result list(run::Context& context, const Options& options);

// What a check does, when it alerts, and its last results. Throws
// Error(usage) for a name that no check has.
run::Result explain(run::Context& context, const Options& options);

}  // namespace lark_batch::healthcheck
