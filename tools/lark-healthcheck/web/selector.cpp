#include "tools/lark-healthcheck/web/selector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view what,
                         const std::string& hint) {
    throw errors::Error{
        errors::Kind::config,
        fmt::format("'{}' is no {}", text::excerpt(text, 80), what), hint};
}

[[noreturn]] void refuse_selector(std::string_view text) {
    refuse(text, "selector of series", "write it like up{job=\"api\"}");
}

bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           c == ':';
}

std::string_view take_word(std::string_view& text) {
    text = text::trim(text);
    const auto* const end = std::ranges::find_if_not(text, is_name_char);
    const auto word =
        text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(word.size());
    return word;
}

// Longer signs first.
constexpr std::array<std::string_view, 6> k_signs{
    "==", "!=", "<=", ">=", "<", ">"};

}  // namespace

Selector::Selector(std::string_view text) {
    std::string_view rest = text;
    *this = take(rest);
    if (!text::trim(rest).empty()) {
        refuse_selector(text);
    }
}

Selector Selector::take(std::string_view& text) {
    Selector selector;
    const std::string_view whole = text::trim(text);
    text = whole;
    selector.m_name = take_word(text);
    if (text.starts_with('{')) {
        const auto size = end_of_labels(text.substr(1));
        if (!size) {
            refuse_selector(whole);
        }
        selector.take_matchers(text.substr(1, *size - 1));
        text.remove_prefix(*size + 1);
    }
    selector.m_text = text::trim(whole.substr(0, whole.size() - text.size()));
    if (selector.m_name.empty() && selector.m_matchers.empty()) {
        refuse_selector(whole);
    }
    return selector;
}

// Each one is a label, a sign and a quoted value.
void Selector::take_matchers(std::string_view text) {
    const std::string_view whole = text;
    for (text = text::trim(text); !text.empty(); text = text::trim(text)) {
        Matcher matcher;
        matcher.label = take_word(text);
        text = text::trim(text);
        const std::string_view sign =
            text.substr(0, std::min(text.find('"'), text.size()));
        const std::string_view bare = text::trim(sign);
        text.remove_prefix(sign.size());
        const bool known =
            bare == "=" || bare == "!=" || bare == "=~" || bare == "!~";
        const auto end = known && text.size() > 1 ? text.find('"', 1)
                                                  : std::string_view::npos;
        if (matcher.label.empty() || end == std::string_view::npos) {
            refuse_selector(whole);
        }
        matcher.value = text.substr(1, end - 1);
        matcher.negated = bare.front() == '!';
        if (bare.back() == '~') {
            matcher.pattern = Pattern{matcher.value};
        }
        m_matchers.push_back(std::move(matcher));
        text = text::trim(text.substr(end + 1));
        if (text.starts_with(',')) {
            text.remove_prefix(1);
        } else if (!text.empty()) {
            refuse_selector(whole);
        }
    }
}

bool Selector::fits(const Matcher& matcher, const SeriesLabels& labels) {
    // A label that is not there is an empty one, as in PromQL.
    std::string_view value;
    for (const auto& [name, text] : labels) {
        if (name == matcher.label) {
            value = text;
        }
    }
    const bool same = matcher.pattern ? matcher.pattern->is_all_of(value)
                                      : value == matcher.value;
    return same != matcher.negated;
}

bool Selector::matches(const Sample& sample) const {
    if (!m_name.empty() && sample.name != m_name) {
        return false;
    }
    if (m_matchers.empty()) {
        return true;
    }
    const SeriesLabels labels = parse_labels(sample.labels);
    return std::ranges::all_of(m_matchers, [&](const Matcher& matcher) {
        return fits(matcher, labels);
    });
}

Comparison::Comparison(std::string_view text)
    : m_selector(take_selector(text, m_any)) {
    take_condition(text, text);
}

Selector Comparison::take_selector(std::string_view& text, bool& any) {
    text = text::trim(text);
    any = text.starts_with("any ");
    if (any) {
        text.remove_prefix(4);
    }
    return Selector::take(text);
}

void Comparison::take_condition(std::string_view text, std::string_view whole) {
    text = text::trim(text);
    for (const std::string_view sign : k_signs) {
        if (text.starts_with(sign)) {
            m_sign = sign;
            text.remove_prefix(sign.size());
            break;
        }
    }
    m_number_text = text::trim(text);
    const auto number = parse_value(m_number_text);
    if (m_sign.empty() || !number) {
        refuse(whole, "comparison",
               "write it like queue_depth{queue=\"mail\"} < 100");
    }
    m_number = *number;
}

bool Comparison::holds(double value) const {
    if (m_sign == "==") {
        return value == m_number;
    }
    if (m_sign == "!=") {
        return value != m_number;
    }
    if (m_sign == "<") {
        return value < m_number;
    }
    if (m_sign == "<=") {
        return value <= m_number;
    }
    return m_sign == ">" ? value > m_number : value >= m_number;
}

std::optional<std::string> check_selector(const std::string& value) {
    try {
        const Selector selector{value};
        return std::nullopt;
    } catch (const errors::Error&) {
        return "must be like up{job=\"api\"}, not '" +
               text::excerpt(value, 80) + "'";
    }
}

std::optional<std::string> check_comparison(const std::string& value) {
    try {
        const Comparison comparison{value};
        return std::nullopt;
    } catch (const errors::Error&) {
        return "must be like queue_depth{queue=\"mail\"} < 100, not '" +
               text::excerpt(value, 80) + "'";
    }
}

}  // namespace lark_batch::healthcheck
