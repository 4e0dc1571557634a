// Which series are meant, as PromQL writes it: up, up{job="a"},
// http_requests_total{code=~"5..",method!="GET"}; and what their values must
// be: queue_depth{queue="mail"} < 100.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-healthcheck/web/exposition.hpp"
#include "tools/lark-healthcheck/wire/pattern.hpp"

namespace lark_batch::healthcheck {

class Selector {
public:
    // Takes a selector off the front of the text. Throws Error(config).
    static Selector take(std::string_view& text);
    // The whole text is one. Throws Error(config).
    explicit Selector(std::string_view text);

    // Throws Error(failed) when the sample's labels are none.
    bool matches(const Sample& sample) const;
    const std::string& text() const { return m_text; }

private:
    struct Matcher {
        std::string label;
        std::string value;
        bool negated = false;
        std::optional<Pattern> pattern;
    };

    Selector() = default;
    void take_matchers(std::string_view text);
    static bool fits(const Matcher& matcher, const SeriesLabels& labels);

    std::string m_text;
    std::string m_name;
    std::vector<Matcher> m_matchers;
};

// "SELECTOR OP NUMBER" with == != < <= > >=: every series that the selector
// matches must hold, and there must be one. With "any" in front of it one
// that holds is enough.
class Comparison {
public:
    // Throws Error(config).
    explicit Comparison(std::string_view text);

    const Selector& selector() const { return m_selector; }
    bool any_is_enough() const { return m_any; }
    // Never for NaN, except by !=.
    bool holds(double value) const;
    // "< 100"
    std::string wish() const { return m_sign + " " + m_number_text; }

private:
    static Selector take_selector(std::string_view& text, bool& any);
    void take_condition(std::string_view text, std::string_view whole);

    bool m_any = false;
    Selector m_selector;
    std::string m_sign;
    std::string m_number_text;
    double m_number = 0;
};

// What is wrong with them as predicates, for an option's check.
std::optional<std::string> check_selector(const std::string& value);
std::optional<std::string> check_comparison(const std::string& value);

}  // namespace lark_batch::healthcheck
