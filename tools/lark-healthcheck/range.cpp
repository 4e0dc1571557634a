#include "tools/lark-healthcheck/range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "lib/errors/error.hpp"
#include "lib/text/quantity.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(std::string_view text) {
    throw errors::Error{
        errors::Kind::config,
        fmt::format("'{}' is no range", text::excerpt(text, 80)),
        "write 10, 10:, ~:10, 10:20 or @10:20; units are ms s m h d, KiB MiB "
        "GiB TiB and %"};
}

std::optional<double> read_number(std::string_view text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{} || stop != end || !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

// "1.5h": the units of text::parse_duration, which takes whole numbers only.
std::optional<double> with_unit(std::string_view text) {
    const auto unit_at = text.find_first_not_of("+-.0123456789");
    if (unit_at == std::string_view::npos || unit_at == 0) {
        return std::nullopt;
    }
    const auto number = read_number(text.substr(0, unit_at));
    const std::string unit{text.substr(unit_at)};
    if (!number) {
        return std::nullopt;
    }
    if (unit == "%") {
        return number;
    }
    try {
        const auto one = text::parse_duration("1" + unit);
        return *number * std::chrono::duration<double>(one).count();
    } catch (const errors::Error&) {
        // Then it is a size, or nothing.
    }
    try {
        return *number * static_cast<double>(text::parse_size("1" + unit));
    } catch (const errors::Error&) {
        return std::nullopt;
    }
}

double number_of(std::string_view part, std::string_view whole) {
    if (const auto number = read_number(part)) {
        return *number;
    }
    if (const auto number = with_unit(part)) {
        return *number;
    }
    refuse(whole);
}

std::string bound(double value) {
    return std::isinf(value) ? "" : plain_number(value);
}

}  // namespace

Range::Range(std::string_view text) : m_written(text::trim(text)) {
    std::string_view rest = m_written;
    if (rest.empty()) {
        refuse(text);
    }
    if (rest.front() == '@') {
        m_inside = true;
        rest.remove_prefix(1);
    }
    const auto colon = rest.find(':');
    const bool has_low = colon != std::string_view::npos;
    const std::string_view low = has_low ? rest.substr(0, colon) : "0";
    const std::string_view high = has_low ? rest.substr(colon + 1) : rest;
    m_low = low == "~" ? -k_infinity : number_of(low.empty() ? "0" : low, text);
    m_high = has_low && high.empty() ? k_infinity : number_of(high, text);
    if (m_low > m_high) {
        refuse(text);
    }
}

bool Range::alerts(double value) const {
    if (empty()) {
        return false;
    }
    const bool within = value >= m_low && value <= m_high;
    return within == m_inside;
}

std::string Range::str() const {
    if (empty()) {
        return {};
    }
    const std::string sign = m_inside ? "@" : "";
    if (m_low == 0 && !std::isinf(m_high)) {
        return sign + bound(m_high);
    }
    return sign + (std::isinf(m_low) ? "~" : bound(m_low)) + ":" +
           bound(m_high);
}

std::optional<std::string> check_range(const std::string& value) {
    if (value.empty()) {
        return std::nullopt;
    }
    try {
        const Range range{value};
        return std::nullopt;
    } catch (const errors::Error&) {
        return "must be a range such as 10, 10:, ~:10, 10:20 or @10:20, not '" +
               text::excerpt(value, 80) + "'";
    }
}

}  // namespace lark_batch::healthcheck
