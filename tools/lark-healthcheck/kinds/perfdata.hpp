// What a monitoring plugin printed: a line for people, and what it measured.
// https://www.monitoring-plugins.org/doc/guidelines.html#AEN197
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck {

struct PluginOutput {
    std::string line;  // the first, without its performance data
    std::vector<Measurement> measurements;  // at most 50
};

// Values come in base units: "12ms" as 0.012 s, "3KB" as 3072 B. A measurement
// is exported when its label is a plain word, because the others are names of
// disks and the like. What is no performance data is passed over.
PluginOutput read_plugin_output(std::string_view output);

}  // namespace lark_batch::healthcheck
