// Numbers as text that comes back as the same number, in every locale.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::metrics {

inline std::string format_number(double value) {
    char buffer[32];
    auto* const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

// The whole text or nothing.
inline std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end) {
        return std::nullopt;
    }
    return value;
}

}  // namespace lark_batch::metrics
