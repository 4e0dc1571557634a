// A pattern, POSIX extended, and what is put in place of its matches.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace lark_batch::lark_run {

enum class Letters { as_written, any_case };

class Expression {
public:
    // What is replaced of a match: group 0 is all of it. Unless given, it is
    // the first group where there is one. Throws Error(config) for a text
    // that is no pattern.
    explicit Expression(const std::string& pattern,
                        Letters letters = Letters::as_written,
                        std::optional<std::size_t> group = {});
    ~Expression();
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    // No match goes beyond the end of a line. The text holds no zeroes.
    std::string replaced(const std::string& text, const std::string& by) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> m_compiled;
    std::size_t m_group = 0;
};

}  // namespace lark_batch::lark_run
