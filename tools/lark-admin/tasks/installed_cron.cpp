#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "lib/errors/error.hpp"
#include "tools/lark-admin/tasks/installed_clock.hpp"
#include "tools/lark-admin/tasks/zoned.hpp"

namespace lark_batch::admin {

namespace {

using schedule::Schedule;

constexpr std::chrono::minutes k_apart{317};

// As the cron of a host in this zone reads them.
struct ReadLine {
    const CronLine* line;
    Schedule schedule;
};

std::vector<ReadLine> read_lines(const std::vector<CronLine>& lines,
                                 const CronHost& host,
                                 const schedule::Zone& zone) {
    std::vector<ReadLine> read;
    for (const CronLine& line : lines) {
        const bool own_zone = host.has_cron_tz && !line.zone.empty();
        try {
            read.push_back(
                {&line,
                 Schedule{line.fields, own_zone ? line.zone : zone.name()}});
        } catch (const errors::Error& error) {
            throw error.within(line.place());
        }
    }
    return read;
}

// A cron starts jobs of every minute or hour in both comings of an hour that a
// change of the clocks repeats, all others in the first: cron(8).
bool starts_at(const ReadLine& line, clock::WallTime slot) {
    const auto& cron = line.schedule.cron();
    if (!cron.any_minute() && !cron.any_hour()) {
        return line.schedule.names_minute_of(slot);
    }
    const auto local = line.schedule.zone().local(slot);
    return cron.names_minute(local.minute) && cron.names_hour(local.hour) &&
           cron.names_day({local.year, local.month, local.day, local.weekday});
}

// Every slot of the task is a minute of some line: what else the lines name,
// the program itself passes over.
std::optional<std::string> missing_slot(const Schedule& task,
                                        const std::vector<ReadLine>& lines,
                                        clock::WallTime moment) {
    for (const clock::WallTime slot : task.next(moment, k_slots_compared)) {
        if (std::ranges::none_of(lines, [&](const ReadLine& line) {
                return starts_at(line, slot);
            })) {
            return fmt::format("no line is due at {} {}",
                               zoned_minute(task.zone(), slot),
                               task.zone().abbreviation(slot));
        }
    }
    return {};
}

// Without --when-due each minute of a line starts a run.
std::optional<std::string> other_slot(const Schedule& task,
                                      const std::vector<ReadLine>& lines,
                                      clock::WallTime moment) {
    std::set<clock::WallTime> times;
    for (const ReadLine& line : lines) {
        for (const auto slot : line.schedule.next(moment, k_slots_compared)) {
            times.insert(slot);
        }
    }
    Slots found{times.begin(), times.end()};
    found.resize(std::min<std::size_t>(found.size(), k_slots_compared));
    const auto other =
        difference(task, task.next(moment, k_slots_compared), found);
    return other ? std::optional{"the crontab is due " + *other} : other;
}

std::optional<std::string> schedule_fault(const Schedule& task,
                                          const std::vector<ReadLine>& lines,
                                          clock::WallTime now) {
    const bool guarded = std::ranges::all_of(
        lines, [](const ReadLine& line) { return line.line->when_due; });
    for (const auto moment : moments_of_year(now, k_apart)) {
        auto fault = guarded ? missing_slot(task, lines, moment)
                             : other_slot(task, lines, moment);
        if (fault) {
            return fault;
        }
    }
    return {};
}

std::string ignored_zone(const std::vector<CronLine>& lines,
                         const CronHost& host) {
    return host.has_cron_tz || lines.front().zone.empty()
               ? ""
               : " whose cron knows no CRON_TZ (--cron-tz: it does)";
}

// crontab(5), cron(8) of Debian: a whole file is dropped for either.
std::optional<std::string> file_fault(const CronLine& line) {
    if (getpwnam(line.user.c_str()) == nullptr) {
        return fmt::format(
            "{} names the user '{}', whom this host does not "
            "know: cron drops the whole file",
            line.place(), line.user);
    }
    struct stat status {};
    if (stat(line.file.c_str(), &status) == 0 &&
        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fmt::format(
            "{} can be written to by others than its owner: cron passes it "
            "over",
            line.file.string());
    }
    return {};
}

}  // namespace

InstalledClock installed_cron(const RegisteredTask& task,
                              const std::vector<CronLine>& lines,
                              const CronHost& host, clock::WallTime now) {
    if (lines.empty()) {
        return {};
    }
    const std::string first = lines.front().place();
    if (task.settings.schedule.empty()) {
        return {true, {first + " runs it, and the registry has no schedule"}};
    }
    InstalledClock clock{true, {}};
    const Schedule schedule{task.settings.schedule,
                            task.settings.task_timezone};
    for (const schedule::Zone& zone : host.zones) {
        try {
            const auto fault =
                schedule_fault(schedule, read_lines(lines, host, zone), now);
            if (fault) {
                clock.faults.push_back(fmt::format("{}: {}, on a host in {}{}",
                                                   first, *fault, zone.name(),
                                                   ignored_zone(lines, host)));
            }
        } catch (const errors::Error& error) {
            clock.faults.emplace_back(error.what());
        }
    }
    for (const CronLine& line : lines) {
        if (const auto fault = file_fault(line)) {
            clock.faults.push_back(*fault);
            break;
        }
    }
    return clock;
}

}  // namespace lark_batch::admin
