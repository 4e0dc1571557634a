// Small pure functions on strings.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::text {

std::string_view trim(std::string_view value);
std::vector<std::string> split(std::string_view value, char separator);
std::string join(std::span<const std::string> parts,
                 std::string_view separator);
std::string replace_all(std::string_view value, char from, char to);

// A whole decimal number and nothing else, or nothing.
std::optional<long long> parse_integer(std::string_view value);

// The candidate with the smallest edit distance to `word`, if it is near
// enough (a third of the word's length, at least 2) to be a likely typo.
std::optional<std::string> nearest(std::string_view word,
                                   std::span<const std::string> candidates);

// Percent-encodes everything but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view value);

// The bytes that the UTF-8 character at the start of `text` takes, 0 when
// there is none: a stray, overlong, surrogate or cut off sequence.
std::size_t utf8_length(std::string_view text);

// At most `limit` bytes of `value`, cut between UTF-8 characters, control
// characters replaced by blanks and bytes that are not UTF-8 by question
// marks: fit for a one-line message.
std::string excerpt(std::string_view value, std::size_t limit);

}  // namespace lark_batch::text
