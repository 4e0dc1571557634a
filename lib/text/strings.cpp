#include "lib/text/strings.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace lark_batch::text {

namespace {

constexpr std::string_view k_blanks = " \t\r\n\f\v";

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// The lowest second byte after a lead byte, and the highest: they exclude
// overlong forms, surrogates and what is above U+10FFFF (RFC 3629).
bool fits_lead(unsigned char lead, unsigned char second) {
    const int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= lowest && second <= highest;
}

std::size_t length_by_lead(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// U+0080 to U+009F move a terminal's cursor as well as ESC does.
bool is_control(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character[0]);
    return lead < 0x20 || lead == 0x7f ||
           (lead == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

// Levenshtein's distance, one row of the matrix at a time.
std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] != to[j] ? 1 : 0);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string_view trim(std::string_view value) {
    const auto first = value.find_first_not_of(k_blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return value.substr(first, value.find_last_not_of(k_blanks) - first + 1);
}

std::vector<std::string> split(std::string_view value, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (;;) {
        const auto end = value.find(separator, start);
        parts.emplace_back(value.substr(start, end - start));
        if (end == std::string_view::npos) {
            return parts;
        }
        start = end + 1;
    }
}

std::string join(std::span<const std::string> parts,
                 std::string_view separator) {
    std::string joined;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        joined += i == 0 ? "" : separator;
        joined += parts[i];
    }
    return joined;
}

std::string replace_all(std::string_view value, char from, char to) {
    std::string replaced{value};
    std::replace(replaced.begin(), replaced.end(), from, to);
    return replaced;
}

std::optional<long long> parse_integer(std::string_view value) {
    long long number = 0;
    const char* end = value.data() + value.size();
    const auto [stop, fault] = std::from_chars(value.data(), end, number);
    if (fault != std::errc{} || stop != end || value.empty()) {
        return std::nullopt;
    }
    return number;
}

std::optional<std::string> nearest(std::string_view word,
                                   std::span<const std::string> candidates) {
    std::size_t limit = std::max<std::size_t>(2, word.size() / 3);
    std::optional<std::string> best;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < limit || (distance == limit && !best)) {
            limit = distance;
            best = candidate;
        }
    }
    return best;
}

std::string percent_encode(std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(value.size());
    for (const char c : value) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 0xfU];
        }
    }
    return encoded;
}

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = length_by_lead(lead);
    if (length > text.size() ||
        (length > 1 && !fits_lead(lead, static_cast<unsigned char>(text[1])))) {
        return 0;
    }
    for (std::size_t at = 2; at < length; ++at) {
        if (!is_continuation(text[at])) {
            return 0;
        }
    }
    return length;
}

std::string excerpt(std::string_view value, std::size_t limit) {
    std::size_t end = std::min(value.size(), limit);
    while (end > 0 && end < value.size() && is_continuation(value[end])) {
        --end;
    }
    std::string text;
    for (std::size_t at = 0; at < end;) {
        const std::size_t length = utf8_length(value.substr(at, end - at));
        const std::string_view character =
            value.substr(at, std::max<std::size_t>(length, 1));
        if (length == 0) {
            text += '?';
        } else if (is_control(character)) {
            text += ' ';
        } else {
            text += character;
        }
        at += character.size();
    }
    return end < value.size() ? text + "..." : text;
}

}  // namespace lark_batch::text
