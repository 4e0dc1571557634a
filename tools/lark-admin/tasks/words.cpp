#include "tools/lark-admin/tasks/words.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/cron_values.hpp"

namespace lark_batch::admin {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> k_weekdays{
    "Sunday",   "Monday", "Tuesday",  "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 13> k_months{
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};

// More times of a day than these are told by their rule.
constexpr std::size_t k_times_listed = 4;

std::string name_in(Names names, int value) {
    return std::string{names[static_cast<std::size_t>(value)]};
}

// "a", "a and b", "a, b and c"
std::string enumerated(std::vector<std::string> parts) {
    if (parts.size() < 2) {
        return parts.empty() ? "" : parts.front();
    }
    const std::string last = std::move(parts.back());
    parts.pop_back();
    return text::join(parts, ", ") + " and " + last;
}

std::string listed(std::span<const int> values,
                   const std::function<std::string(int)>& name) {
    return enumerated(named_runs(values, name, " to "));
}

std::string ordinal(int value) {
    const int last = value / 10 == 1 ? 0 : value % 10;
    constexpr std::array<std::string_view, 4> endings{"th", "st", "nd", "rd"};
    return fmt::format("{}{}", value,
                       endings[last > 3 ? 0 : static_cast<std::size_t>(last)]);
}

std::string time_of_day(int hour, int minute) {
    return fmt::format("{:02}:{:02}", hour, minute);
}

std::string weekday_words(std::vector<int> weekdays) {
    if (weekdays.front() == 0) {
        weekdays.erase(weekdays.begin());
        weekdays.push_back(7);  // the week ends with Sunday
    }
    return listed(weekdays,
                  [](int value) { return name_in(k_weekdays, value); });
}

// "every 7 minutes" would be wrong: the last step of an hour is shorter.
std::optional<int> even_step(std::span<const int> values, int count) {
    const auto step = step_of(values, 0, count - 1);
    return step && count % *step == 0 ? step : std::nullopt;
}

std::string numbers(std::span<const int> values) {
    return listed(values, [](int value) { return std::to_string(value); });
}

bool is_even(const std::vector<int>& minutes) {
    return minutes.size() == 60 || even_step(minutes, 60);
}

std::string minute_words(const std::vector<int>& minutes) {
    if (minutes.size() == 60) {
        return "every minute";
    }
    if (const auto step = even_step(minutes, 60)) {
        return fmt::format("every {} minutes", *step);
    }
    return fmt::format("at minute{} {} of", minutes.size() == 1 ? "" : "s",
                       numbers(minutes));
}

std::string listed_times(const std::vector<int>& minutes,
                         const std::vector<int>& hours) {
    std::vector<std::string> times;
    for (const int hour : hours) {
        for (const int minute : minutes) {
            times.push_back(time_of_day(hour, minute));
        }
    }
    return "at " + enumerated(std::move(times));
}

// "from 09:00 to 17:59 and from 20:00 to 20:59"
std::string spans(const std::vector<ValueRun>& runs, int last_minute) {
    std::vector<std::string> parts;
    parts.reserve(runs.size());
    for (const ValueRun& run : runs) {
        parts.push_back("from " + time_of_day(run.first, 0) + " to " +
                        time_of_day(run.last, last_minute));
    }
    return enumerated(std::move(parts));
}

// Too many times of a day to list them all.
std::string rule_words(const std::vector<int>& minutes,
                       const std::vector<int>& hours) {
    const auto runs = runs_of(hours);
    if (minutes == std::vector{0} && runs.size() == 1) {
        return "every hour " + spans(runs, 0);
    }
    if (is_even(minutes)) {
        return minute_words(minutes) + " " +
               (runs.size() < 3 ? spans(runs, 59)
                                : "of the hours " + numbers(hours));
    }
    return fmt::format("{} hour{} {}", minute_words(minutes),
                       hours.size() == 1 ? "" : "s", numbers(hours));
}

std::string time_words(const schedule::CronExpression& cron) {
    const auto minutes = cron.minutes();
    const auto hours = cron.hours();
    const bool on_the_hour = minutes == std::vector{0};
    if (hours.size() == 24) {
        return on_the_hour ? "every hour"
                           : minute_words(minutes) +
                                 (is_even(minutes) ? "" : " every hour");
    }
    const auto step = even_step(hours, 24);
    if (step && on_the_hour) {
        return fmt::format("every {} hours", *step);
    }
    return minutes.size() * hours.size() <= k_times_listed
               ? listed_times(minutes, hours)
               : rule_words(minutes, hours);
}

std::string day_words(const schedule::CronExpression& cron) {
    const DayRule rule = day_rule(cron);
    std::string words;
    if (!rule.days.empty()) {
        words = "on the " + listed(rule.days, ordinal);
    }
    if (!rule.weekdays.empty()) {
        words +=
            (words.empty() ? "" : " and every ") + weekday_words(rule.weekdays);
    }
    return words;
}

}  // namespace

std::string schedule_in_words(const schedule::CronExpression& cron,
                              const std::string& zone) {
    std::vector<std::string> parts;
    const auto months = months_of(cron);
    if (!months.empty()) {
        parts.push_back("in " + listed(months, [](int value) {
                            return name_in(k_months, value);
                        }));
    }
    if (const std::string days = day_words(cron); !days.empty()) {
        parts.push_back(days);
    }
    const std::string times = time_words(cron);
    if (parts.size() == 1 && !months.empty() && times.starts_with("at")) {
        parts.emplace_back("every day");
    }
    parts.push_back(times);
    return text::join(parts, " ") + ", " + zone;
}

}  // namespace lark_batch::admin
