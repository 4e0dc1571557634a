// Rules against documents; what a rule is stands in json_rule.cpp.
#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <functional>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/web/json_rule.hpp"

namespace lark_batch::healthcheck {

namespace {

using Operator = JsonRule::Operator;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t k_told = 3;  // places of one rule

// Where a rule led to; `value` is nothing where the document ends before.
struct Place {
    std::string pointer;
    std::string name;  // of the nearest object around it that has one
    std::optional<element> value;
};
using Visit = std::function<void(const Place&)>;

std::string escaped(std::string_view token) {
    std::string text;
    for (const char c : token) {
        text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return text;
}

Place step(const Place& from, std::string_view token,
           std::optional<element> value) {
    return {from.pointer + "/" + escaped(token), from.name, value};
}

// RFC 6901, section 4: digits without a zero in front.
std::optional<std::size_t> index_of(std::string_view token) {
    std::size_t index = 0;
    const char* const end = token.data() + token.size();
    const auto [stop, fault] = std::from_chars(token.data(), end, index);
    const bool padded = token.size() > 1 && token.front() == '0';
    return fault == std::errc{} && stop == end && !padded ? std::optional{index}
                                                          : std::nullopt;
}

std::optional<element> child(const element& parent, std::string_view token) {
    element found;
    simdjson::dom::array list;
    if (parent.get(list) == simdjson::SUCCESS) {
        const auto index = index_of(token);
        if (!index || list.at(*index).get(found) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        return found;
    }
    simdjson::dom::object members;
    if (parent.get(members) != simdjson::SUCCESS ||
        members.at_key(token).get(found) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return found;
}

// False when there is none.
bool each_child(const element& parent,
                const std::function<void(std::string_view, element)>& visit) {
    bool any = false;
    simdjson::dom::array list;
    simdjson::dom::object members;
    if (parent.get(list) == simdjson::SUCCESS) {
        std::size_t index = 0;
        for (const element one : list) {
            visit(std::to_string(index++), one);
        }
        any = index > 0;
    } else if (parent.get(members) == simdjson::SUCCESS) {
        for (const auto& [key, one] : members) {
            visit(key, one);
            any = true;
        }
    }
    return any;
}

void walk(Place place, std::span<const std::string> path, const Visit& visit) {
    if (path.empty() || !place.value) {
        for (const std::string& rest : path) {
            place.pointer += "/" + escaped(rest);
        }
        visit(place);
        return;
    }
    const element here = *place.value;
    std::string_view name;
    if (here.is_object() && here["name"].get(name) == simdjson::SUCCESS) {
        place.name = text::excerpt(name, 60);
    }
    if (path.front() != "*") {
        walk(step(place, path.front(), child(here, path.front())),
             path.subspan(1), visit);
        return;
    }
    const auto go_on = [&](std::string_view token, element value) {
        walk(step(place, token, value), path.subspan(1), visit);
    };
    if (!each_child(here, go_on)) {
        place.value.reset();
        walk(place, path, visit);
    }
}

std::string shown(const element& value) {
    switch (value.type()) {
        case element_type::ARRAY:
            return "an array";
        case element_type::OBJECT:
            return "an object";
        case element_type::STRING:
            return "'" + text::excerpt(value.get_string().value_unsafe(), 60) +
                   "'";
        default:
            return simdjson::minify(value);
    }
}

// The value as a rule writes it; nothing for arrays and objects.
std::optional<std::string> plain(const element& value) {
    if (value.is_array() || value.is_object()) {
        return std::nullopt;
    }
    if (value.is_string()) {
        return std::string{value.get_string().value_unsafe()};
    }
    return simdjson::minify(value);
}

// Numbers, and strings that hold one.
double number_in(const element& value) {
    double number = 0;
    if (value.get(number) == simdjson::SUCCESS) {
        return number;
    }
    const std::string words = value.is_string() ? *plain(value) : "";
    const char* const end = words.data() + words.size();
    const auto [stop, fault] = std::from_chars(words.data(), end, number);
    return fault == std::errc{} && stop == end ? number : std::nan("");
}

bool is_equal(const JsonRule& rule, const element& value) {
    if (rule.number() && value.is_number()) {
        return number_in(value) == *rule.number();
    }
    const bool quoted_only = rule.is_quoted() && !value.is_string();
    return !quoted_only && plain(value) == rule.expected();
}

bool holds(const JsonRule& rule, const element& value) {
    switch (rule.op()) {
        case Operator::exists:
            return true;
        case Operator::absent:
            return false;
        case Operator::equal:
            return is_equal(rule, value);
        case Operator::unequal:
            return !is_equal(rule, value);
        case Operator::less:
            return number_in(value) < *rule.number();
        case Operator::less_equal:
            return number_in(value) <= *rule.number();
        case Operator::greater:
            return number_in(value) > *rule.number();
        case Operator::greater_equal:
            return number_in(value) >= *rule.number();
        case Operator::matches:
            return rule.pattern().found_in(plain(value).value_or(""));
        case Operator::lacks:
            return !rule.pattern().found_in(plain(value).value_or(""));
    }
    return false;
}

std::string complaint(const JsonRule& rule, const Place& place) {
    const std::string where =
        place.name.empty() ? place.pointer
                           : fmt::format("{} ({})", place.pointer, place.name);
    return place.value ? fmt::format("{} is {}, {}", where, shown(*place.value),
                                     rule.wish())
                       : fmt::format("{} is missing", where);
}

void judge_rule(const JsonRule& rule, const element& root, Finding& finding) {
    std::size_t wrong = 0;
    walk({"", "", root}, rule.path(), [&](const Place& place) {
        const bool fine = place.value ? holds(rule, *place.value)
                                      : rule.op() == Operator::absent;
        if (!fine && ++wrong <= k_told) {
            finding.fail(complaint(rule, place));
        }
    });
    if (wrong > k_told) {
        finding.fail(fmt::format("and {} more", wrong - k_told));
    }
}

std::string no_json_words(const std::string& body, simdjson::error_code fault) {
    if (body.empty()) {
        return "an empty answer instead of JSON";
    }
    return fault == simdjson::NUMBER_ERROR
               ? "the JSON holds a number that cannot be read, such as one of "
                 "more than 64 bits"
               : "the answer is no JSON";
}

}  // namespace

void judge_json(std::span<const std::string> rules, const std::string& body,
                NoJson no_json, Finding& finding) {
    if (rules.empty()) {
        return;
    }
    simdjson::dom::parser parser;
    element root;
    if (const auto fault = parser.parse(body).get(root);
        fault != simdjson::SUCCESS) {
        if (no_json == NoJson::is_wrong) {
            finding.fail(no_json_words(body, fault));
        }
        return;
    }
    for (const std::string& rule : rules) {
        judge_rule(JsonRule{rule}, root, finding);
    }
}

}  // namespace lark_batch::healthcheck
