// Results as a monitoring system reads them from a plugin: the state and what
// is wrong on the first line, performance data behind a bar, then a line for
// each check.
// https://www.monitoring-plugins.org/doc/guidelines.html
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// Newlines end the lines, the last one too. A single check has one line.
std::string plugin_lines(const std::vector<Outcome>& outcomes,
                         const Summary& summary);

// "UNKNOWN: no check is configured", for a run without results.
std::string plugin_line(State state, const std::string& text);

}  // namespace lark_batch::healthcheck
