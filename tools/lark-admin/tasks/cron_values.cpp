#include "tools/lark-admin/tasks/cron_values.hpp"

#include <fmt/format.h>

#include "lib/text/strings.hpp"

namespace lark_batch::admin {

namespace {

std::string star_or_list(std::span<const int> values) {
    const auto number = [](int value) { return std::to_string(value); };
    return values.empty() ? "*"
                          : text::join(named_runs(values, number, "-"), ",");
}

}  // namespace

std::vector<ValueRun> runs_of(std::span<const int> ascending) {
    std::vector<ValueRun> runs;
    for (const int value : ascending) {
        if (!runs.empty() && runs.back().last + 1 == value) {
            runs.back().last = value;
        } else {
            runs.push_back({value, value});
        }
    }
    return runs;
}

std::vector<std::string> named_runs(std::span<const int> ascending,
                                    const std::function<std::string(int)>& name,
                                    const std::string& between) {
    std::vector<std::string> parts;
    for (const ValueRun& run : runs_of(ascending)) {
        // A pair reads better as two.
        if (run.last - run.first < 2) {
            for (int value = run.first; value <= run.last; ++value) {
                parts.push_back(name(value));
            }
        } else {
            parts.push_back(name(run.first) + between + name(run.last));
        }
    }
    return parts;
}

std::optional<int> step_of(std::span<const int> ascending, int first,
                           int last) {
    if (ascending.size() < 2 || ascending[0] != first) {
        return std::nullopt;
    }
    const int step = ascending[1] - ascending[0];
    for (std::size_t at = 1; at < ascending.size(); ++at) {
        if (ascending[at] - ascending[at - 1] != step) {
            return std::nullopt;
        }
    }
    const bool complete = ascending.back() + step > last;
    return complete && step > 1 ? std::optional{step} : std::nullopt;
}

DayRule day_rule(const schedule::CronExpression& cron) {
    const auto days = cron.days();
    const auto weekdays = cron.weekdays();
    const bool all_days = days.size() == 31;
    const bool all_weekdays = weekdays.size() == 7;
    // Either is enough: one that names every day leaves no restriction.
    const bool either = !cron.any_day() && !cron.any_weekday();
    if (either && (all_days || all_weekdays)) {
        return {};
    }
    return {all_days ? std::vector<int>{} : days,
            all_weekdays ? std::vector<int>{} : weekdays};
}

std::vector<int> months_of(const schedule::CronExpression& cron) {
    const auto months = cron.months();
    return months.size() == 12 ? std::vector<int>{} : months;
}

std::string cron_field(std::span<const int> ascending, int first, int last) {
    if (static_cast<int>(ascending.size()) == last - first + 1) {
        return "*";
    }
    const auto step = step_of(ascending, first, last);
    return step && ascending.size() > 2 ? fmt::format("*/{}", *step)
                                        : star_or_list(ascending);
}

std::string cron_days(const schedule::CronExpression& cron) {
    // No steps here: a star in a day field has a meaning of its own.
    const DayRule rule = day_rule(cron);
    return fmt::format("{} {} {}", star_or_list(rule.days),
                       star_or_list(months_of(cron)),
                       star_or_list(rule.weekdays));
}

}  // namespace lark_batch::admin
