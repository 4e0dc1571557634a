// When a run was due, by the registry's schedule, and whether it comes too
// late for that.
#pragma once

#include <optional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"

namespace lark_batch::run {

struct Due {
    clock::WallTime slot;
    // How much later the run may begin and still be in time.
    std::chrono::seconds allowed;
};

// Nothing for a run that nobody's clock started: a person's is never late.
// `trigger` is who started it. A timer may fire a minute after its time
// (systemd.timer(5): AccuracySec) and delay by the task's jitter on top.
// Throws Error(config) for a zone that the machine does not know.
std::optional<Due> due_slot(const config::RunSettings& settings,
                            const std::string& trigger, clock::WallTime now);

// For --when-due: whether the schedule names this minute, or the one before,
// because a busy machine starts a program late. Throws Error(config) when the
// task has no schedule.
bool is_due_now(const config::RunSettings& settings, const std::string& task);

// How old the last success may become before somebody must look, in seconds:
// what the registry says, else the longest pause of the schedule and one run.
// Nothing for a task without a schedule, or with a zone that the machine does
// not know.
std::optional<std::chrono::seconds> success_max_age(
    const config::RunSettings& settings, const std::string& task,
    clock::WallTime now);

}  // namespace lark_batch::run
