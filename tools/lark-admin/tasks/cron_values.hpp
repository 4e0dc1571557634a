// A cron expression taken apart, for those who say it in another language:
// words, systemd's calendar lines, another host's crontab.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/schedule/cron.hpp"

namespace lark_batch::admin {

// Values that follow each other; a single one is a run, too.
struct ValueRun {
    int first;
    int last;
};

std::vector<ValueRun> runs_of(std::span<const int> ascending);

// Each value by its name, but three and more in a row by their ends with
// `between`: "Mon", "Wed..Fri".
std::vector<std::string> named_runs(std::span<const int> ascending,
                                    const std::function<std::string(int)>& name,
                                    const std::string& between);

// 6 for 0, 6, 12, 18 within 0-23: all that "*/6" names, and nothing else.
// Nothing for steps of one and for values that are no such series.
std::optional<int> step_of(std::span<const int> ascending, int first, int last);

// Which days a task is due on; an empty list restricts nothing. Where both
// are given, either is enough.
struct DayRule {
    std::vector<int> days;
    std::vector<int> weekdays;  // 0 is Sunday
};

DayRule day_rule(const schedule::CronExpression& cron);

// Empty: every month.
std::vector<int> months_of(const schedule::CronExpression& cron);

// A field of a crontab: "*", "*/5", "9,18", "1-5"; of values within
// first-last.
std::string cron_field(std::span<const int> ascending, int first, int last);

// Day of month, month and day of week, as a crontab has them.
std::string cron_days(const schedule::CronExpression& cron);

}  // namespace lark_batch::admin
