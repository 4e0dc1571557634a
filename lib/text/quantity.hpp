// Durations ("90s", "15m", "7d") and sizes ("30KiB") as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lark_batch::text {

using Milliseconds = std::chrono::milliseconds;

// A number with one unit: ms, s, m, h, d. "0" needs no unit.
// Throws Error(config) naming the value.
Milliseconds parse_duration(std::string_view value);

// The shortest exact form in one unit: 90000 ms is "90s", 120000 is "2m".
std::string format_duration(Milliseconds value);

// A number with an optional unit: B, KB, KiB, MB, MiB, GB, GiB.
// Throws Error(config) naming the value.
std::uint64_t parse_size(std::string_view value);

// The shortest exact form: 65536 is "64KiB".
std::string format_size(std::uint64_t bytes);

}  // namespace lark_batch::text
