#include "tools/lark-admin/tasks/host_cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "tools/lark-admin/tasks/cron_values.hpp"

namespace lark_batch::admin {

namespace {

using std::chrono::minutes;

constexpr int k_day = 24 * 60;
constexpr std::chrono::years k_horizon{5};
// No two changes of offsets are closer than this.
constexpr minutes k_step{30};

// A minute of the host's day, and whether the day there may be another one
// than in the task's zone.
using HostTimes = std::map<int, bool>;

// How far the hosts' clocks are ahead of the task's, in minutes.
std::set<int> differences(const schedule::Zone& task,
                          std::span<const schedule::Zone> hosts,
                          clock::WallTime from) {
    std::set<int> found;
    const auto end = from + k_horizon;
    for (auto time = from; time < end; time += k_step) {
        const auto offset = task.offset(time);
        for (const schedule::Zone& host : hosts) {
            const auto ahead = host.offset(time) - offset;
            found.insert(
                static_cast<int>(std::chrono::floor<minutes>(ahead).count()));
        }
    }
    return found;
}

// Whether a slot falls into the second coming of an hour on the host's clock,
// when it is set back at `change` or up to a step before.
bool is_due_again(const schedule::Schedule& task, const schedule::Zone& host,
                  clock::WallTime change, std::chrono::seconds set_back) {
    const auto end = change + set_back;
    auto slot = task.next_after(change - k_step);
    for (; slot && *slot < end; slot = task.next_after(*slot)) {
        if (host.instant(host.local(*slot)) != *slot) {
            return true;
        }
    }
    return false;
}

// Crons start jobs of fixed hours in the first coming of an hour only, those
// of every hour in both: cron(8).
bool needs_every_hour(const schedule::Schedule& task,
                      std::span<const schedule::Zone> hosts,
                      clock::WallTime from) {
    const auto end = from + k_horizon;
    return std::ranges::any_of(hosts, [&](const schedule::Zone& host) {
        auto before = host.offset(from);
        for (auto time = from; time < end; time += k_step) {
            const auto offset = host.offset(time);
            if (offset < before &&
                is_due_again(task, host, time, before - offset)) {
                return true;
            }
            before = offset;
        }
        return false;
    });
}

std::string every_hour(const HostTimes& times, const std::string& days) {
    std::set<int> minutes_of_hour;
    bool other_day = false;
    for (const auto& [time, other] : times) {
        minutes_of_hour.insert(time % 60);
        other_day = other_day || other;
    }
    return fmt::format(
        "{} * {}",
        cron_field(std::vector(minutes_of_hour.begin(), minutes_of_hour.end()),
                   0, 59),
        other_day ? "* * *" : days);
}

HostTimes times_on_hosts(const schedule::CronExpression& cron,
                         const std::set<int>& ahead) {
    HostTimes times;
    for (const int hour : cron.hours()) {
        for (const int minute : cron.minutes()) {
            for (const int difference : ahead) {
                const int moved = hour * 60 + minute + difference;
                const int time = ((moved % k_day) + k_day) % k_day;
                times[time] = times[time] || time != moved;
            }
        }
    }
    return times;
}

// Hours that share their minutes and what holds for their days.
using HoursByMinutes = std::map<std::vector<int>, std::vector<int>>;

std::vector<std::string> lines_of(const HostTimes& times, bool other_day,
                                  const std::string& days) {
    std::map<int, std::vector<int>> minutes_by_hour;
    for (const auto& [time, other] : times) {
        if (other == other_day) {
            minutes_by_hour[time / 60].push_back(time % 60);
        }
    }
    HoursByMinutes groups;
    for (const auto& [hour, minutes_of_hour] : minutes_by_hour) {
        groups[minutes_of_hour].push_back(hour);
    }
    std::vector<std::string> lines;
    for (const auto& [minutes_of_hour, hours] : groups) {
        lines.push_back(fmt::format("{} {} {}",
                                    cron_field(minutes_of_hour, 0, 59),
                                    cron_field(hours, 0, 23), days));
    }
    return lines;
}

}  // namespace

std::vector<std::string> host_cron(const schedule::Schedule& task,
                                   std::span<const schedule::Zone> hosts,
                                   clock::WallTime from) {
    HostTimes times =
        times_on_hosts(task.cron(), differences(task.zone(), hosts, from));
    const std::string days = cron_days(task.cron());
    if (days == "* * *") {
        for (auto& [time, other_day] : times) {
            other_day = false;
        }
    }
    if (needs_every_hour(task, hosts, from)) {
        return {every_hour(times, days)};
    }
    auto lines = lines_of(times, false, days);
    for (std::string& line : lines_of(times, true, "* * *")) {
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string plain_cron(const schedule::CronExpression& cron) {
    return fmt::format("{} {} {}", cron_field(cron.minutes(), 0, 59),
                       cron_field(cron.hours(), 0, 23), cron_days(cron));
}

}  // namespace lark_batch::admin
