// What a JSON answer must be like, value by value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/finding.hpp"
#include "tools/lark-healthcheck/wire/pattern.hpp"

namespace lark_batch::healthcheck {

// "/services/*/status == healthy", "/lag < 10", "/ready == true",
// "/version =~ ^2[.]", "exists /x", "absent /error". Pointers are RFC 6901's,
// and `*` stands for every element of an array or member of an object.
class JsonRule {
public:
    // Throws Error(config) naming the text.
    explicit JsonRule(const std::string& text);

    enum class Operator {
        exists,
        absent,
        equal,
        unequal,
        less,
        less_equal,
        greater,
        greater_equal,
        matches,
        lacks
    };

    const std::vector<std::string>& path() const { return m_path; }
    Operator op() const { return m_operator; }
    const std::string& expected() const { return m_expected; }
    // Then only a string can be equal to it.
    bool is_quoted() const { return m_quoted; }
    // Nothing when it was quoted, or is none.
    std::optional<double> number() const { return m_number; }
    // Of =~ and !~ only.
    const Pattern& pattern() const { return *m_pattern; }
    // "expected 'healthy'", "expected < 10"
    std::string wish() const;

private:
    void take_pointer(const std::string& pointer);
    void take_expected(std::string value);

    std::string m_text;
    std::vector<std::string> m_path;
    Operator m_operator = Operator::exists;
    std::string m_sign;
    std::string m_expected;
    bool m_quoted = false;
    std::optional<double> m_number;
    std::optional<Pattern> m_pattern;
};

// What is wrong with a rule as a predicate, for an option's check.
std::optional<std::string> check_json_rule(const std::string& value);

enum class NoJson { is_wrong, is_fine };

// CRITICAL for each rule that does not hold, with the first places where it
// does not: "/services/2/status (search) is 'down', expected 'healthy'".
void judge_json(std::span<const std::string> rules, const std::string& body,
                NoJson no_json, Finding& finding);

}  // namespace lark_batch::healthcheck
