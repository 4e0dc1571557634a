#include "lib/notify/personal.hpp"

#include <algorithm>
#include <cstddef>

namespace lark_batch::notify {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_';
}

bool is_of_address(char c) {
    return is_word(c) || c == '.' || c == '-' || c == '+' || c == '%';
}

// Digits with single blanks or hyphens between them.
struct Number {
    std::size_t length = 0;  // in bytes
    std::string digits{};
};

Number number_at(std::string_view text) {
    Number number;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_digit(text[at])) {
            number.digits += text[at];
            number.length = at + 1;
        } else if ((text[at] != ' ' && text[at] != '-') || at == 0 ||
                   !is_digit(text[at - 1])) {
            break;
        }
    }
    return number;
}

// 1[3-9] and nine digits, perhaps behind 86.
bool is_mobile(std::string_view digits) {
    if (digits.size() == 13 && digits.starts_with("86")) {
        digits.remove_prefix(2);
    }
    return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

std::string shortened(std::string_view number) {
    return std::string{number.substr(0, 3)} + "***";
}

// The digits in a row at the start, with the plus before them.
std::size_t group_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && is_digit(text[length])) {
        ++length;
    }
    return length;
}

// Appends what stands at `at` and returns how far it reached. What is no
// phone number as a whole may be one from its second group on.
std::size_t take_number(std::string_view text, std::size_t at,
                        std::string& out) {
    const bool international = text[at] == '+';
    const std::size_t start = international ? at + 1 : at;
    const Number number = number_at(text.substr(start));
    const std::size_t end = start + number.length;
    const bool whole = end >= text.size() || !is_word(text[end]);
    if (whole && (is_mobile(number.digits) ||
                  (international && number.digits.size() >= 8))) {
        out += shortened(text.substr(at, end - at));
        return end;
    }
    const std::size_t length = group_length(text.substr(at));
    out += text.substr(at, length);
    return at + length;
}

std::string without_numbers(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = at == 0 || !is_word(text[at - 1]);
        if (begins && (is_digit(text[at]) || text[at] == '+')) {
            at = take_number(text, at, out);
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::string without_addresses(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    for (auto at = text.find('@'); at != text.npos; at = text.find('@', at)) {
        std::size_t start = at;
        while (start > copied && is_of_address(text[start - 1])) {
            --start;
        }
        std::size_t end = at + 1;
        while (end < text.size() && is_of_address(text[end])) {
            ++end;
        }
        if (start < at && text.substr(at, end - at).find('.') != text.npos) {
            out += text.substr(copied, start + 1 - copied);
            out += "***";
            copied = end;
        }
        at = std::max(end, at + 1);
    }
    out += text.substr(copied);
    return out;
}

}  // namespace

std::string without_personal_data(std::string_view text) {
    return without_numbers(without_addresses(text));
}

}  // namespace lark_batch::notify
