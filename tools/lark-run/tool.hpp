// lark-run as lib/run sees it.
#pragma once

#include <string>
#include <vector>

#include "lib/run/tool.hpp"
#include "tools/lark-run/options.hpp"

namespace lark_batch::lark_run {

// `arguments` as main() has them. `options` must outlive the tool.
run::Tool tool(Options& options, const std::vector<std::string>& arguments);

}  // namespace lark_batch::lark_run
