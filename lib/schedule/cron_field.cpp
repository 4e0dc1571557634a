#include "lib/schedule/cron_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::schedule {

namespace {

constexpr std::array<std::string_view, 12> k_months{"jan", "feb", "mar", "apr",
                                                    "may", "jun", "jul", "aug",
                                                    "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> k_weekdays{"sun", "mon", "tue", "wed",
                                                     "thu", "fri", "sat"};

struct Range {
    int first;
    int last;
};

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
    throw errors::Error{errors::Kind::config, message, hint};
}

int highest(const FieldRule& rule) {
    return rule.last == 7 ? 6 : rule.last;
}

std::optional<int> named(const FieldRule& rule, std::string_view text) {
    const auto found = std::ranges::find(rule.names, lower(text));
    if (found == rule.names.end()) {
        return std::nullopt;
    }
    return rule.first + static_cast<int>(found - rule.names.begin());
}

int parse_value(const FieldRule& rule, std::string_view text) {
    if (const auto name = named(rule, text)) {
        return *name;
    }
    const auto number = text::parse_integer(text);
    if (!number || text.front() < '0' || text.front() > '9') {
        refuse(fmt::format("{} '{}' is not a number{}", rule.name, text,
                           rule.names.empty() ? "" : " or a name"),
               fmt::format("write values of {}-{}, lists (1,2), ranges (1-5) "
                           "or steps (*/5)",
                           rule.first, rule.last));
    }
    if (*number < rule.first || *number > rule.last) {
        refuse(fmt::format("{} '{}' is not within {}-{}", rule.name, text,
                           rule.first, rule.last),
               "the fields are: minute hour day-of-month month day-of-week");
    }
    return static_cast<int>(*number);
}

// "fri-sun" ends with the week's second Sunday, "sun-sun" with its first.
int parse_end(const FieldRule& rule, std::string_view text, int first) {
    const bool sunday = rule.last == 7 && first > 0 && lower(text) == "sun";
    return sunday ? 7 : parse_value(rule, text);
}

Range parse_range(const FieldRule& rule, const std::string& text) {
    if (text == "*") {
        return {rule.first, highest(rule)};
    }
    const auto dash = text.find('-');
    if (dash == text.npos) {
        const int value = parse_value(rule, text);
        return {value, value};
    }
    const std::string_view bounds{text};
    const int first = parse_value(rule, bounds.substr(0, dash));
    const Range range{first, parse_end(rule, bounds.substr(dash + 1), first)};
    if (range.first > range.last) {
        refuse(fmt::format("{} '{}' runs backwards", rule.name, text),
               fmt::format("write two ranges: {}-{},{}-{}", range.first,
                           highest(rule), rule.first, range.last));
    }
    return range;
}

int parse_step(const FieldRule& rule, const std::string& item,
               std::string_view text, const Range& range) {
    if (item.find_first_of("*-") == item.npos) {
        refuse(
            fmt::format("{} '{}' has a step without a range", rule.name, item),
            fmt::format("write {}-{}/{}: crons disagree on the short form",
                        range.first, highest(rule), text));
    }
    const auto step = text::parse_integer(text);
    if (!step || *step < 1 || (*step > 1 && *step > range.last - range.first)) {
        refuse(fmt::format("{} '{}' has no usable step", rule.name, item),
               fmt::format("a step is a number from 1 to {}",
                           std::max(range.last - range.first, 1)));
    }
    return static_cast<int>(*step);
}

// One of a list: "*", "5", "1-5" or one of these with "/step".
void add_item(const FieldRule& rule, const std::string& item,
              CronField& field) {
    const auto slash = item.find('/');
    const Range range = parse_range(rule, item.substr(0, slash));
    const int step =
        slash == item.npos
            ? 1
            : parse_step(rule, item, std::string_view{item}.substr(slash + 1),
                         range);
    for (int value = range.first; value <= range.last; value += step) {
        const int kept = rule.last == 7 ? value % 7 : value;
        field.values |= std::uint64_t{1} << static_cast<unsigned>(kept);
    }
    if (item.starts_with('*')) {
        (step == 1 ? field.any : field.stepped) = true;
    }
}

}  // namespace

constinit const FieldRule k_minute{"minute", 0, 59, {}};
constinit const FieldRule k_hour{"hour", 0, 23, {}};
constinit const FieldRule k_day{"day of month", 1, 31, {}};
constinit const FieldRule k_month{"month", 1, 12, k_months};
constinit const FieldRule k_weekday{"day of week", 0, 7, k_weekdays};

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

CronField parse_field(const FieldRule& rule, const std::string& text) {
    CronField field;
    const auto items = text::split(text, ',');
    for (const std::string& item : items) {
        if (item.empty()) {
            refuse(fmt::format("{} '{}' has an empty place in its list",
                               rule.name, text),
                   "write values with single commas between them: 1,15");
        }
        add_item(rule, item, field);
    }
    if (field.any && items.size() > 1) {
        refuse(fmt::format("{} '{}' is a list that holds everything", rule.name,
                           text),
               "write '*' alone, or only the values that you mean");
    }
    return field;
}

}  // namespace lark_batch::schedule
