// What starts a task on this host, and whether it does so when the registry
// says. Compared by meaning: the times, not the words.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/schedule/schedule.hpp"
#include "tools/lark-admin/tasks/crontab.hpp"
#include "tools/lark-admin/tasks/unit_files.hpp"

namespace lark_batch::admin {

struct InstalledClock {
    bool is_set = false;              // it would start the task
    std::vector<std::string> faults;  // a sentence each
    std::string hint{};               // unless rendering again is what helps
};

struct RegisteredTask {
    std::string name;
    const config::RunSettings& settings;
};

// Asks systemctl beside the files when `running` is.
InstalledClock installed_timer(const RegisteredTask& task,
                               const UnitFolders& units, bool running,
                               clock::WallTime now);

struct CronHost {
    std::vector<schedule::Zone> zones;
    bool has_cron_tz = false;
};

// `lines` are those of the task.
InstalledClock installed_cron(const RegisteredTask& task,
                              const std::vector<CronLine>& lines,
                              const CronHost& host, clock::WallTime now);

using Slots = std::vector<clock::WallTime>;

// Moments of the coming year to compare two clocks from. To see all hours of
// all weekdays, and all parts of an hour, `apart` has no divisor in common
// with a week's 10080 minutes.
Slots moments_of_year(clock::WallTime now, std::chrono::minutes apart);

// How many slots after each moment are compared.
inline constexpr int k_slots_compared = 10;

// "2026-11-23 04:00 CST in place of 2026-11-23 03:00 CST", in the schedule's
// zone; nothing when both name the same.
std::optional<std::string> difference(const schedule::Schedule& schedule,
                                      const Slots& wanted, const Slots& found);

}  // namespace lark_batch::admin
