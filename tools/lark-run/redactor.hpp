// Takes secrets out of what programs write, by their shape: names that are
// followed by a value, headers, URLs, keys and tokens that say what they are.
// It is a net with holes: what looks like any other word passes.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tools/lark-run/expression.hpp"

namespace lark_batch::lark_run {

class Redactor {
public:
    // `patterns` as for Expression, beside the built-in ones.
    explicit Redactor(const std::vector<std::string>& patterns);

    // Plain text, without zeroes. Lines stay lines, but those of a private
    // key become one.
    std::string redacted(const std::string& text) const;

private:
    std::deque<Expression> m_expressions;
};

// What is wrong with a pattern as a predicate, for an option's check.
std::optional<std::string> check_redaction(const std::string& value);

}  // namespace lark_batch::lark_run
