#include "lib/schedule/cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::schedule {

namespace {

// The longest that each month can be.
constexpr std::array k_lengths{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr std::array<std::array<std::string_view, 2>, 7> k_nicknames{{
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
}};

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
    throw errors::Error{errors::Kind::config, message, hint};
}

std::vector<std::string> split_fields(std::string_view text) {
    std::string blanks{text};
    std::ranges::replace(blanks, '\t', ' ');
    auto fields = text::split(blanks, ' ');
    std::erase(fields, "");
    return fields;
}

std::string without_nickname(std::string_view text) {
    const std::string name = lower(text);
    const auto* const found = std::ranges::find(
        k_nicknames, name, [](const auto& row) { return row[0]; });
    if (found != k_nicknames.end()) {
        return std::string{(*found)[1]};
    }
    refuse(fmt::format("'{}' is no schedule that we know", text),
           "use five fields, or @hourly, @daily, @midnight, @weekly, "
           "@monthly, @yearly, @annually");
}

// Vixie's cron wants both days then, POSIX either: nobody could tell.
void check_days_agree(const CronField& days, const CronField& weekdays) {
    const bool both = !days.any && !weekdays.any;
    if (both && (days.stepped || weekdays.stepped)) {
        refuse(fmt::format("{} has a step of '*' and {} is given too",
                           (days.stepped ? k_day : k_weekday).name,
                           (days.stepped ? k_weekday : k_day).name),
               "crons disagree whether one or both must hold: list the days "
               "(1-31/2 for */2) or leave one field '*'");
    }
}

void check_days_come(const CronField& days, const CronField& months,
                     const CronField& weekdays) {
    if (days.any || !weekdays.any) {
        return;
    }
    for (int month = 1; month <= 12; ++month) {
        const auto length = static_cast<unsigned>(
            k_lengths[static_cast<std::size_t>(month - 1)]);
        const std::uint64_t within = (std::uint64_t{2} << length) - 1;
        if (months.has(month) && (days.values & within) != 0) {
            return;
        }
    }
    refuse("day of month and month name a day that never comes",
           "choose a day that at least one of the months has");
}

std::vector<int> values_of(const CronField& field) {
    std::vector<int> values;
    for (int value = 0; value < 60; ++value) {
        if (field.has(value)) {
            values.push_back(value);
        }
    }
    return values;
}

}  // namespace

CronExpression CronExpression::parse(const std::string& text) {
    CronExpression result;
    result.m_text = text::trim(text);
    const auto parts = split_fields(result.m_text.starts_with('@')
                                        ? without_nickname(result.m_text)
                                        : result.m_text);
    if (parts.size() != 5) {
        refuse(fmt::format("schedule '{}' has {} fields, not 5", result.m_text,
                           parts.size()),
               "write minute hour day-of-month month day-of-week, such as "
               "'0 3 * * *' for 03:00 every day");
    }
    result.m_minutes = parse_field(k_minute, parts[0]);
    result.m_hours = parse_field(k_hour, parts[1]);
    result.m_days = parse_field(k_day, parts[2]);
    result.m_months = parse_field(k_month, parts[3]);
    result.m_weekdays = parse_field(k_weekday, parts[4]);
    check_days_agree(result.m_days, result.m_weekdays);
    check_days_come(result.m_days, result.m_months, result.m_weekdays);
    return result;
}

bool CronExpression::names_day(const Day& day) const {
    if (!m_months.has(day.month)) {
        return false;
    }
    const bool by_day = m_days.has(day.day);
    const bool by_weekday = m_weekdays.has(day.weekday);
    return m_days.any || m_weekdays.any ? by_day && by_weekday
                                        : by_day || by_weekday;
}

std::vector<int> CronExpression::minutes() const {
    return values_of(m_minutes);
}

std::vector<int> CronExpression::hours() const {
    return values_of(m_hours);
}

std::vector<int> CronExpression::days() const {
    return values_of(m_days);
}

std::vector<int> CronExpression::months() const {
    return values_of(m_months);
}

std::vector<int> CronExpression::weekdays() const {
    return values_of(m_weekdays);
}

bool CronExpression::operator==(const CronExpression& other) const {
    return m_minutes.values == other.m_minutes.values &&
           m_hours.values == other.m_hours.values &&
           m_days.values == other.m_days.values &&
           m_months.values == other.m_months.values &&
           m_weekdays.values == other.m_weekdays.values &&
           m_days.any == other.m_days.any &&
           m_weekdays.any == other.m_weekdays.any;
}

}  // namespace lark_batch::schedule
