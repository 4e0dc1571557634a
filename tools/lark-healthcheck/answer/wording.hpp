// Numbers as people say them, "12 ms", "1.5 GiB", "93 %", and as performance
// data wants them. (What notices say is in notice_wording.)
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::healthcheck {

// `unit` is one of Measurement::unit.
std::string in_words(double value, std::string_view unit);

// Without an exponent, with at most six digits behind the point: "0.012",
// "1500000000".
std::string plain_number(double value);

// A duration in the largest fitting unit: "3 h".
std::string span_in_words(double seconds);

// At most `width` columns of a terminal; what is cut off ends with "…".
// Zero is no limit.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace lark_batch::healthcheck
