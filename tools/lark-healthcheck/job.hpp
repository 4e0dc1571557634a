// One health check, from the choice of checks to the answer.
#pragma once

#include "lib/run/tool.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

run::Result look(run::Context& context, const Options& options);

}  // namespace lark_batch::healthcheck
