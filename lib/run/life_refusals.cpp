// Why a run does not take place: its task is switched off, it comes too late,
// or another host has done its work.
#include <fmt/format.h>

#include "lib/db/task_pauses.hpp"
#include "lib/run/due.hpp"
#include "lib/run/life.hpp"

namespace lark_batch::run {

using errors::Error;
using errors::Kind;

void Life::skip(const std::string& reason, const std::string& message,
                const std::string& hint) {
    m_skip_reason = reason;
    throw Error{Kind::skipped, message, hint};
}

void Life::refuse_if_unwanted() {
    if (!m_settings->run.enabled) {
        skip("disabled", fmt::format("task '{}' is disabled", m_tool->task),
             fmt::format("set [tasks.{}] enabled = true", m_tool->task));
    }
    refuse_if_late();
}

void Life::refuse_if_late() {
    const auto due =
        due_slot(m_settings->run, m_record.trigger, m_record.started_at);
    if (!due) {
        return;
    }
    m_start_delay = clock::unix_seconds(m_record.started_at) -
                    clock::unix_seconds(due->slot);
    if (m_start_delay > static_cast<double>(due->allowed.count())) {
        skip("misfire",
             fmt::format("task '{}' was due at {} and starts {:.0f} s late",
                         m_tool->task, clock::format_utc(due->slot),
                         m_start_delay),
             fmt::format("raise misfire_grace_seconds to run late all the "
                         "same; if the timer has another schedule than "
                         "[tasks.{}], lark-admin tasks check says so",
                         m_tool->task));
    }
}

// In the database, for all hosts. A shard is paused with its task.
void Life::refuse_if_paused() {
    const auto pause =
        db::pause_of(m_context.database(), {m_tool->task, task()});
    if (!pause) {
        return;
    }
    skip("disabled",
         fmt::format(
             "task '{}' is disabled{}{}", pause->task_name,
             pause->until ? " until " + clock::format_utc(*pause->until) : "",
             pause->reason.empty() ? "" : ": " + pause->reason),
         fmt::format("lark-admin tasks enable {}", pause->task_name));
}

// With timers on several hosts each begins after a delay of its own, and the
// first may have ended by then. The caller holds the task's lock.
void Life::refuse_if_served() {
    const config::RunSettings& run = m_settings->run;
    const auto due = due_slot(run, m_record.trigger, m_record.started_at);
    if (!due || (m_record.trigger == "manual" && !run.when_due)) {
        return;
    }
    const std::string host =
        db::served_since(m_context.database(), task(), due->slot);
    if (!host.empty()) {
        give_locks_back();
        skip("overlap",
             fmt::format("task '{}', due at {}, has been run by host '{}'",
                         task(), clock::format_utc(due->slot), host),
             "start it by hand to run it once more");
    }
}

}  // namespace lark_batch::run
