// Schedules as crontab(5) writes them: five fields, or a name such as
// @daily. Numbers, names (jan, MON), lists, ranges and steps; 0 and 7 are
// Sunday. What crons read differently is refused: a step without a range
// ("5/15") and a day field with a star beside one without.
#pragma once

#include <string>
#include <vector>

#include "lib/schedule/cron_field.hpp"

namespace lark_batch::schedule {

// A day of the Gregorian calendar.
struct Day {
    int year;
    int month;    // 1 is January
    int day;      // of the month
    int weekday;  // 0 is Sunday
};

class CronExpression {
public:
    // Throws Error(config) that names the field, the value and what would be
    // right; also for days that never come ("0 0 30 2 *").
    static CronExpression parse(const std::string& text);

    // With day of month and day of week both given, either is enough.
    bool names_day(const Day& day) const;
    bool names_hour(int hour) const { return m_hours.has(hour); }
    bool names_minute(int minute) const { return m_minutes.has(minute); }

    // For those who say it in another language: ascending values.
    std::vector<int> minutes() const;
    std::vector<int> hours() const;
    std::vector<int> days() const;
    std::vector<int> months() const;
    std::vector<int> weekdays() const;  // 0 is Sunday, never 7
    // Whether the field was "*" or "*/1": no restriction at all.
    bool any_minute() const { return m_minutes.any; }
    bool any_hour() const { return m_hours.any; }
    bool any_day() const { return m_days.any; }
    bool any_month() const { return m_months.any; }
    bool any_weekday() const { return m_weekdays.any; }

    // As it was written, without blanks around it.
    const std::string& text() const { return m_text; }

    // Two that name the same minutes, however they were written.
    bool operator==(const CronExpression& other) const;

private:
    std::string m_text;
    CronField m_minutes;
    CronField m_hours;
    CronField m_days;
    CronField m_months;
    CronField m_weekdays;
};

}  // namespace lark_batch::schedule
