// A regular expression that meets texts from outside: POSIX extended, as
// `grep -E` reads it, matched in time that grows with the text only.
// std::regex would not do: it recurses once per character and backtracks, so
// that an answer of one long line could end or stop the program.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::healthcheck {

class Pattern {
public:
    // Throws Error(config) for what is none, and for what POSIX takes for
    // something else than its writer did: back references, \d, (?:...).
    explicit Pattern(const std::string& text);

    // Line by line: no match goes beyond the end of a line.
    bool found_in(std::string_view text) const;
    // As Prometheus compares labels: with the whole text.
    bool is_all_of(std::string_view text) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> m_search;
    std::shared_ptr<const Compiled> m_whole;
};

// What is wrong with it as a predicate, for an option's check.
std::optional<std::string> check_pattern(const std::string& value);

}  // namespace lark_batch::healthcheck
