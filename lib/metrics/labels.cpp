#include "lib/metrics/labels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/metrics/label_parser.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::metrics {

namespace {

using errors::Error;
using errors::Kind;

// The bytes of the UTF-8 character that starts the text; 0 when it is not
// valid (RFC 3629: shortest form, no surrogates, up to U+10FFFF) or a control
// character.
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) {
        return byte(i) >= low && byte(i) <= high;
    };
    const auto tail = [&](std::size_t i) { return within(i, 0x80, 0xBF); };
    const auto first = byte(0);
    if (first < 0x80) {
        return first >= 0x20 && first != 0x7F ? 1 : 0;
    }
    if (within(0, 0xC2, 0xDF)) {
        return tail(1) ? 2 : 0;
    }
    if (within(0, 0xE0, 0xEF)) {
        const bool second =
            within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return second && tail(2) ? 3 : 0;
    }
    if (within(0, 0xF0, 0xF4)) {
        const bool second =
            within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return second && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

bool is_plain_text(std::string_view text) {
    if (text.empty() || text.size() > 200) {
        return false;
    }
    while (!text.empty()) {
        const auto size = character_size(text);
        if (size == 0) {
            return false;
        }
        text.remove_prefix(size);
    }
    return true;
}

bool is_http_status(std::string_view value) {
    return value == "error" ||
           (value.size() == 3 && std::ranges::all_of(value, [](char c) {
                return c >= '0' && c <= '9';
            }));
}

bool may_carry(const Family& family, std::string_view label,
               std::string_view value) {
    // A check may be in no group and have no labels.
    if (value.empty() && family.name == k_check_info.name) {
        return label == "groups" || label == "labels";
    }
    if (label == "status" && family.name == k_api_requests.name) {
        return is_http_status(value);
    }
    const auto closed = values_of(family, label);
    return closed.empty() ? is_plain_text(value)
                          : std::ranges::find(closed, value) != closed.end();
}

}  // namespace

void check_labels(const Family& family, const Labels& labels) {
    if (!std::ranges::equal(labels, family.labels, {},
                            &Labels::value_type::first)) {
        throw Error{Kind::bug,
                    fmt::format("'{}' has other labels", family.name)};
    }
    for (const auto& [name, value] : labels) {
        if (!may_carry(family, name, value)) {
            throw Error{Kind::bug,
                        fmt::format("'{}' may not carry this value of '{}'",
                                    family.name, name)};
        }
    }
}

std::string status_label(int http_status) {
    return http_status == 0 ? "error" : fmt::format("{:03}", http_status);
}

std::string labels_key(const Labels& labels) {
    auto sorted = labels;
    std::ranges::sort(sorted);
    std::string key = "{";
    for (const auto& [name, value] : sorted) {
        key += key.size() > 1 ? "," : "";
        key += text::json_quote(name) + ":" + text::json_quote(value);
    }
    return key + "}";
}

Labels parse_labels_key(const Family& family, std::string_view text) {
    const auto found = parse_string_object(text);
    Labels ordered;
    for (const auto name : family.labels) {
        const auto entry =
            std::ranges::find(found, name, &Labels::value_type::first);
        if (entry != found.end()) {
            ordered.push_back(*entry);
        }
    }
    if (ordered.size() != found.size()) {
        throw Error{Kind::config, fmt::format("stored labels of '{}' are not "
                                              "its own",
                                              family.name)};
    }
    try {
        check_labels(family, ordered);
    } catch (const Error& error) {
        throw Error{Kind::config, error.what()}.within("stored labels");
    }
    return ordered;
}

}  // namespace lark_batch::metrics
