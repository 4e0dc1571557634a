// Latencies as a row of little bars.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace lark_batch::healthcheck {

// One character, one column wide, for each value: "▁▂▃▄▅▆▇█" from the least
// to the most of them, "×" for one that is missing. Values that hardly differ
// (by less than a tenth of the largest) are all low.
std::string sparkline(std::span<const std::optional<double>> values);

}  // namespace lark_batch::healthcheck
