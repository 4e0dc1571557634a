// Results for a person.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/answer/terminal.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// What is shown of how a check did lately.
using Trend = std::function<std::string(const Outcome&)>;

// One line for each check, the worst first, and a last one with the counts.
// Lines are cut to the terminal's width, if it has one. `trend` gives a
// further column.
std::string results_table(const std::vector<Outcome>& outcomes,
                          const Summary& summary, const Terminal& terminal,
                          const Trend& trend = {});

// `lines` with the words for states in colour where they begin a line.
std::string coloured(const std::string& lines);

}  // namespace lark_batch::healthcheck
