#include "tools/lark-admin/tasks/on_calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/cron_values.hpp"

namespace lark_batch::admin {

namespace {

constexpr std::array<std::string_view, 8> k_names{"Sun", "Mon", "Tue", "Wed",
                                                  "Thu", "Fri", "Sat", "Sun"};

std::string two_digits(int value) {
    return fmt::format("{:02}", value);
}

std::string list_of(std::span<const int> values,
                    const std::function<std::string(int)>& name) {
    return text::join(named_runs(values, name, ".."), ",");
}

std::string numbers_or_star(std::span<const int> values) {
    return values.empty() ? "*" : list_of(values, two_digits);
}

// Of minutes and hours, which begin with 0.
std::string time_field(std::span<const int> values, int last) {
    if (static_cast<int>(values.size()) == last + 1) {
        return "*";
    }
    const auto step = step_of(values, 0, last);
    return step && values.size() > 2 ? fmt::format("00/{}", *step)
                                     : list_of(values, two_digits);
}

// systemd's week begins on Monday, and its ranges cannot pass Sunday.
std::string weekdays_before(std::vector<int> weekdays) {
    if (weekdays.empty()) {
        return "";
    }
    if (weekdays.front() == 0) {
        weekdays.erase(weekdays.begin());
        weekdays.push_back(7);
    }
    return list_of(
               weekdays,
               [](int value) {
                   return std::string{k_names[static_cast<std::size_t>(value)]};
               }) +
           " ";
}

}  // namespace

std::vector<std::string> on_calendar(const schedule::CronExpression& cron,
                                     const std::string& zone) {
    const DayRule rule = day_rule(cron);
    const auto months = months_of(cron);
    const auto line = [&](const std::vector<int>& days,
                          const std::vector<int>& weekdays) {
        return fmt::format("{}*-{}-{} {}:{}:00 {}", weekdays_before(weekdays),
                           numbers_or_star(months), numbers_or_star(days),
                           time_field(cron.hours(), 23),
                           time_field(cron.minutes(), 59), zone);
    };
    if (rule.days.empty() || rule.weekdays.empty()) {
        return {line(rule.days, rule.weekdays)};
    }
    return {line(rule.days, {}), line({}, rule.weekdays)};
}

}  // namespace lark_batch::admin
