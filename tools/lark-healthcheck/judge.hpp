// From what probes found to what the run says about each check.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/engine.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// Without what earlier runs found: every state is what this run saw.
// `cut_short` says why some are not finished.
std::vector<Outcome> outcomes_of(std::vector<Probed>&& probed,
                                 const std::string& cut_short);

// Those that depend, by way of others too, on a check of this run that is
// CRITICAL or UNKNOWN become skipped. Checks that are not in this run are not
// in the way.
void skip_dependent(std::vector<Outcome>& outcomes);

}  // namespace lark_batch::healthcheck
