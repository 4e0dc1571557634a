// What the programs can be told, as JSON: manual pages and completions are
// made from it while building.
#pragma once

#include <string>
#include <vector>

#include "lib/config/render.hpp"

namespace lark_batch::checks {

// {"version": .., "programs": [..]}; see .ci/install/declarations.py, which
// reads it.
std::string declarations(const std::vector<config::Page>& pages);

}  // namespace lark_batch::checks
