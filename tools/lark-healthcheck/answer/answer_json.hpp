// Results for programs, as members of the run's object.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// The array `checks`. Every object has every key; what is not known is null.
std::string checks_json(const std::vector<Outcome>& outcomes);

// The object `summary`: how many checks are in which state.
std::string summary_json(const Summary& summary);

}  // namespace lark_batch::healthcheck
