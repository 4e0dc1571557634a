// lark-healthcheck as lib/run sees it.
#pragma once

#include "lib/run/tool.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// `options` must stay where it is while the tool lives.
run::Tool tool(Options& options);

}  // namespace lark_batch::healthcheck
