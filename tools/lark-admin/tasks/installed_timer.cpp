#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/asked.hpp"
#include "tools/lark-admin/tasks/installed_clock.hpp"
#include "tools/lark-admin/tasks/on_calendar.hpp"
#include "tools/lark-admin/tasks/rendered.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"

namespace lark_batch::admin {

namespace {

using schedule::Schedule;
using text::Milliseconds;
using Lines = std::vector<std::string>;

// Each costs a systemd-analyze, a hundredth of a second.
constexpr std::chrono::minutes k_apart{9187};
constexpr int k_elapses_compared = 3;
// Between the program's own limit and systemd's: time to record and push.
constexpr Milliseconds k_least_reserve{30'000};
// The misfire rule allows for so much, and systemd's default is that.
constexpr Milliseconds k_most_inaccurate{60'000};

// Of "    Next elapse: Sun 2026-11-22 10:00:00 UTC" and the "Iter. #2:" ones.
std::optional<clock::WallTime> time_in(const std::string& line) {
    const auto words = text::split(text::trim(line), ' ');
    if (words.size() < 4 || words.back() != "UTC") {
        return {};
    }
    return clock::parse_rfc3339(words[words.size() - 3] + "T" +
                                words[words.size() - 2] + "Z");
}

// The next times of all lines together; nothing when they cannot be asked
// for.
std::optional<Slots> elapses(const Lines& lines, clock::WallTime after) {
    std::string base = clock::format_utc(after).substr(0, 19);
    base[10] = ' ';
    Lines argv{"systemd-analyze", "calendar",
               fmt::format("--iterations={}", k_elapses_compared),
               "--base-time=" + base + " UTC"};
    argv.insert(argv.end(), lines.begin(), lines.end());
    const auto said = asked(argv);
    if (!said) {
        return {};
    }
    std::set<clock::WallTime> times;
    for (const std::string& line : text::split(*said, '\n')) {
        if (const auto time = time_in(line)) {
            times.insert(*time);
        }
    }
    Slots slots{times.begin(), times.end()};
    slots.resize(std::min<std::size_t>(slots.size(), k_elapses_compared));
    return slots;
}

std::optional<std::string> calendar_fault(const std::string& unit,
                                          const Lines& lines,
                                          const Schedule& schedule,
                                          clock::WallTime now) {
    const Lines wanted = on_calendar(schedule.cron(), schedule.zone().name());
    if (std::set(lines.begin(), lines.end()) ==
        std::set(wanted.begin(), wanted.end())) {
        return {};
    }
    if (lines.empty()) {
        return unit + " has no OnCalendar= line";
    }
    for (const clock::WallTime moment : moments_of_year(now, k_apart)) {
        const auto found = elapses(lines, moment);
        if (!found) {
            return fmt::format(
                "{} has OnCalendar={}, which systemd-analyze does not explain",
                unit, text::join(lines, " and "));
        }
        const auto other = difference(
            schedule, schedule.next(moment, k_elapses_compared), *found);
        if (other) {
            return fmt::format("{} is due {}", unit, *other);
        }
    }
    return {};
}

bool is_yes(const std::string& value) {
    constexpr std::array<std::string_view, 6> words{"1",    "yes", "y",
                                                    "true", "t",   "on"};
    return std::ranges::count(words, value) != 0;
}

Lines timer_faults(const RegisteredTask& task, const std::string& unit,
                   const UnitFile& timer, clock::WallTime now) {
    const auto& settings = task.settings;
    Lines faults;
    if (const auto fault = calendar_fault(
            unit, timer.all_of("Timer/OnCalendar"),
            Schedule{settings.schedule, settings.task_timezone}, now)) {
        faults.push_back(*fault);
    }
    for (const char* key : {"OnActiveSec", "OnBootSec", "OnStartupSec",
                            "OnUnitActiveSec", "OnUnitInactiveSec"}) {
        if (!timer.all_of(std::string{"Timer/"} + key).empty()) {
            faults.push_back(fmt::format("{} has {}=, too", unit, key));
        }
    }
    const std::string delay =
        timer.last_of({"Timer/RandomizedDelaySec"}).value_or("0");
    if (parse_time_span(delay) != settings.jitter) {
        faults.push_back(
            fmt::format("{} delays by up to {}, the registry by {}", unit,
                        delay, text::format_duration(settings.jitter)));
    }
    if (!is_yes(timer.last_of({"Timer/Persistent"}).value_or("no"))) {
        faults.push_back(unit +
                         " has no Persistent=yes: runs by hand may be "
                         "skipped as misfires");
    }
    const std::string accuracy =
        timer.last_of({"Timer/AccuracySec"}).value_or("60s");
    if (parse_time_span(accuracy).value_or(k_most_inaccurate) >
        k_most_inaccurate) {
        faults.push_back(fmt::format(
            "{} has AccuracySec={}: runs would be skipped as misfires", unit,
            accuracy));
    }
    return faults;
}

std::optional<std::string> service_fault(const RegisteredTask& task,
                                         const std::string& unit,
                                         const UnitFolders& units) {
    const auto service = units.find(unit);
    if (!service) {
        return unit + " is missing or masked";
    }
    const std::string limit =
        service->last_of({"Service/TimeoutStartSec", "Service/TimeoutSec"})
            .value_or("infinity");
    const auto span = parse_time_span(limit == "0" ? "infinity" : limit);
    if (!span || *span == Milliseconds::max()) {
        return {};
    }
    const auto timeout = task.settings.timeout;
    if (timeout.count() != 0 && *span >= timeout + k_least_reserve) {
        return {};
    }
    return fmt::format(
        "{} has TimeoutStartSec={}, and the task itself {}", unit, limit,
        timeout.count() == 0 ? "no limit"
                             : "a limit of " + text::format_duration(timeout) +
                                   ": it could not record its end");
}

// What only a systemd that runs can tell.
Lines manager_faults(const std::string& unit) {
    const auto said = asked({"systemctl", "show", "--property=ActiveState",
                             "--property=NeedDaemonReload", unit});
    Lines faults;
    if (said && said->find("ActiveState=active") == said->npos) {
        faults.push_back(unit + " is enabled, but not active");
    }
    if (said && said->find("NeedDaemonReload=yes") != said->npos) {
        faults.push_back("systemd has not read the files of " + unit + " yet");
    }
    return faults;
}

// Enabled, and there: its own, or those of shards ("lark-sync-users@1of2").
Lines timers_of(const std::string& task, const UnitFolders& units) {
    const std::string stem = unit_of(task);
    Lines found;
    for (const std::string& unit : units.enabled_timers()) {
        const bool ours =
            unit == stem + ".timer" || unit.starts_with(stem + "@");
        if (ours && units.find(unit)) {
            found.push_back(unit);
        }
    }
    return found;
}

// What render writes is for the task's own units.
std::string hint_for(const RegisteredTask& task, const std::string& timer) {
    const std::string stem = unit_of(task.name);
    return timer == stem + ".timer" ? ""
                                    : "change " + stem + "@.timer and " + stem +
                                          "@.service: docs/scaling.md";
}

void judge_timer(const RegisteredTask& task, const std::string& timer,
                 const UnitFolders& units, bool running, clock::WallTime now,
                 InstalledClock& clock) {
    Lines faults = timer_faults(task, timer, *units.find(timer), now);
    const std::string service = timer.substr(0, timer.rfind('.')) + ".service";
    if (const auto fault = service_fault(task, service, units)) {
        faults.push_back(*fault);
    }
    const Lines more = running ? manager_faults(timer) : Lines{};
    if (clock.hint.empty() && !faults.empty()) {
        clock.hint = hint_for(task, timer);
    } else if (clock.hint.empty() && !more.empty()) {
        clock.hint = "systemctl daemon-reload && systemctl restart " + timer;
    }
    std::ranges::copy(faults, std::back_inserter(clock.faults));
    std::ranges::copy(more, std::back_inserter(clock.faults));
}

}  // namespace

InstalledClock installed_timer(const RegisteredTask& task,
                               const UnitFolders& units, bool running,
                               clock::WallTime now) {
    const Lines timers = timers_of(task.name, units);
    if (timers.empty()) {
        return {};
    }
    if (task.settings.schedule.empty()) {
        return {true,
                {timers[0] + " is enabled, and the registry has no schedule"},
                "systemctl disable --now " + timers[0]};
    }
    InstalledClock clock{true, {}};
    if (timers[0] == unit_of(task.name) + ".timer" && timers.size() > 1) {
        clock.faults.push_back(timers[0] + " runs beside its shards");
        clock.hint = "systemctl disable --now " + timers[0];
    }
    for (const std::string& timer : timers) {
        judge_timer(task, timer, units, running, now, clock);
    }
    return clock;
}

}  // namespace lark_batch::admin
