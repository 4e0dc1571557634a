#include "tools/lark-healthcheck/answer/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::healthcheck {

namespace {

// Three digits, more only in front of the point: "0.0123", "12.3", "1023".
std::string short_number(double value) {
    return std::abs(value) >= 99.95 ? fmt::format("{:.0f}", value)
                                    : fmt::format("{:.3g}", value);
}

std::string size_in_words(double bytes) {
    constexpr std::array k_units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (std::abs(bytes) >= 1024 && unit + 1 < k_units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return short_number(bytes) + " " + k_units[unit];
}

}  // namespace

std::string span_in_words(double seconds) {
    const double size = std::abs(seconds);
    if (size < 1) {
        return short_number(seconds * 1'000) + " ms";
    }
    if (size < 120) {
        return short_number(seconds) + " s";
    }
    if (size < 7'200) {
        return short_number(seconds / 60) + " min";
    }
    if (size < 172'800) {
        return short_number(seconds / 3'600) + " h";
    }
    return short_number(seconds / 86'400) + " d";
}

std::string in_words(double value, std::string_view unit) {
    if (!std::isfinite(value)) {
        return "no number";
    }
    if (unit == "s") {
        return span_in_words(value);
    }
    if (unit == "B") {
        return size_in_words(value);
    }
    const bool whole = std::abs(value) < 1e15 && value == std::trunc(value);
    const std::string number =
        whole ? plain_number(value) : fmt::format("{:.4g}", value);
    return unit == "%" ? number + " %" : number;
}

std::string plain_number(double value) {
    std::string text = fmt::format("{:.6f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (width == 0 || text::display_width(text) <= width) {
        return std::string{text};
    }
    std::string kept;
    std::size_t used = 1;  // of the ellipsis
    while (!text.empty()) {
        const std::size_t size =
            std::max<std::size_t>(text::utf8_length(text), 1);
        used += text::display_width(text.substr(0, size));
        if (used > width) {
            break;
        }
        kept += text.substr(0, size);
        text.remove_prefix(size);
    }
    return kept + "…";
}

}  // namespace lark_batch::healthcheck
