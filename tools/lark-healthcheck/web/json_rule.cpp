#include "tools/lark-healthcheck/web/json_rule.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

using Operator = JsonRule::Operator;

// Longer signs first.
constexpr std::array<std::pair<std::string_view, Operator>, 8> k_signs{{
    {"==", Operator::equal},
    {"!=", Operator::unequal},
    {"<=", Operator::less_equal},
    {">=", Operator::greater_equal},
    {"=~", Operator::matches},
    {"!~", Operator::lacks},
    {"<", Operator::less},
    {">", Operator::greater},
}};

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw errors::Error{
        errors::Kind::config,
        fmt::format("'{}' is no rule: {}", text::excerpt(text, 100), why),
        "write it like '/services/*/status == healthy'"};
}

// RFC 6901, section 4.
std::string unescaped(std::string_view token) {
    std::string plain;
    for (std::size_t at = 0; at < token.size(); ++at) {
        if (token[at] != '~') {
            plain += token[at];
            continue;
        }
        const char next = ++at < token.size() ? token[at] : ' ';
        if (next != '0' && next != '1') {
            refuse(token, "'~' stands before 0 or 1 only: ~0 is '~', ~1 '/'");
        }
        plain += next == '1' ? '/' : '~';
    }
    return plain;
}

std::optional<double> number_of(std::string_view text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{} || stop != end || text.empty()) {
        return std::nullopt;
    }
    return number;
}

struct Sign {
    std::size_t at = std::string::npos;
    std::string_view text;
    Operator op = Operator::exists;
};

// The first one that stands between blanks.
Sign find_sign(const std::string& text) {
    Sign first;
    for (const auto& [sign, op] : k_signs) {
        const auto at = text.find(fmt::format(" {} ", sign));
        if (at < first.at) {
            first = {at, sign, op};
        }
    }
    return first;
}

}  // namespace

JsonRule::JsonRule(const std::string& text) : m_text(text::trim(text)) {
    for (const auto& [word, op] :
         {std::pair{std::string{"exists "}, Operator::exists},
          std::pair{std::string{"absent "}, Operator::absent}}) {
        if (m_text.starts_with(word)) {
            m_operator = op;
            take_pointer(m_text.substr(word.size()));
            return;
        }
    }
    const Sign sign = find_sign(m_text);
    if (sign.at == std::string::npos) {
        refuse(text, "there is no sign such as ' == ' in it");
    }
    m_operator = sign.op;
    m_sign = sign.text;
    take_pointer(m_text.substr(0, sign.at));
    take_expected(m_text.substr(sign.at + sign.text.size() + 2));
}

void JsonRule::take_pointer(const std::string& pointer) {
    const std::string trimmed{text::trim(pointer)};
    if (!trimmed.starts_with('/')) {
        refuse(m_text, "a pointer begins with '/'");
    }
    for (const std::string& token : text::split(trimmed.substr(1), '/')) {
        m_path.push_back(unescaped(token));
    }
}

void JsonRule::take_expected(std::string value) {
    value = text::trim(value);
    m_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    m_expected = m_quoted ? value.substr(1, value.size() - 2) : value;
    if (!m_quoted) {
        m_number = number_of(m_expected);
    }
    const bool by_size =
        m_operator >= Operator::less && m_operator <= Operator::greater_equal;
    if (by_size && !m_number) {
        refuse(m_text, fmt::format("{} needs a number", m_sign));
    }
    if (m_operator >= Operator::matches) {
        m_pattern = Pattern{m_expected};
    }
}

std::string JsonRule::wish() const {
    switch (m_operator) {
        case Operator::exists:
            return "expected to be there";
        case Operator::absent:
            return "expected none";
        case Operator::equal:
            return fmt::format("expected {}",
                               m_number ? m_expected : "'" + m_expected + "'");
        case Operator::unequal:
            return fmt::format("expected anything but '{}'", m_expected);
        default:
            return fmt::format("expected {} {}", m_sign, m_expected);
    }
}

std::optional<std::string> check_json_rule(const std::string& value) {
    try {
        const JsonRule rule{value};
        return std::nullopt;
    } catch (const errors::Error& error) {
        return fmt::format("must be like '/status == healthy': {}",
                           error.what());
    }
}

}  // namespace lark_batch::healthcheck
