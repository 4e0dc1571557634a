#include "lib/run/due.hpp"

#include <algorithm>

#include "lib/config/known_tasks.hpp"
#include "lib/errors/error.hpp"
#include "lib/schedule/schedule.hpp"

namespace lark_batch::run {

namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr seconds k_timer_accuracy{60};
constexpr clock::Duration k_slow_start{120'000};
// Of a schedule, to find its longest pause in.
constexpr int k_slots_looked_at = 100;
constexpr clock::Duration k_week{std::chrono::days{7}};
// What a run may last when it has no limit.
constexpr seconds k_usual_run{3'600};

schedule::Schedule schedule_of(const config::RunSettings& settings) {
    return {settings.schedule, settings.task_timezone};
}

// Whether somebody chose that limit: our own was chosen for our schedule.
bool has_own_limit(const config::RunSettings& settings,
                   const std::string& task) {
    const config::KnownTask* const known = config::known_task(task);
    const bool is_ours =
        known != nullptr &&
        settings.success_max_age == text::Milliseconds{known->success_max_age};
    return settings.success_max_age.count() > 0 &&
           (!is_ours || settings.schedule == known->schedule);
}

seconds longest_pause(const schedule::Schedule& schedule, clock::WallTime now) {
    const auto slots = schedule.next(now, k_slots_looked_at);
    clock::Duration longest{0};
    for (std::size_t i = 1; i < slots.size(); ++i) {
        longest = std::max(longest, slots[i] - slots[i - 1]);
    }
    // Of one that is due every few minutes in office hours these slots show
    // neither the night nor the weekend.
    const clock::WallTime end = now + k_week;
    auto time = slots.empty() ? end : slots.back();
    for (; time < end; time += std::chrono::hours{1}) {
        const auto before = schedule.last_until(time);
        const auto after = schedule.next_after(time);
        longest = std::max(
            longest, before && after ? *after - *before : clock::Duration{0});
    }
    return duration_cast<seconds>(longest);
}

}  // namespace

std::optional<Due> due_slot(const config::RunSettings& settings,
                            const std::string& trigger, clock::WallTime now) {
    const seconds grace{settings.misfire_grace_seconds};
    if (const auto told = clock::parse_rfc3339(settings.scheduled_for)) {
        return Due{*told, grace};
    }
    const bool by_clock = trigger == "timer" || settings.when_due;
    if (!by_clock || settings.schedule.empty()) {
        return {};
    }
    const auto slot = schedule_of(settings).last_until(now);
    if (!slot) {
        return {};
    }
    return Due{*slot, grace + k_timer_accuracy +
                          duration_cast<seconds>(settings.jitter)};
}

bool is_due_now(const config::RunSettings& settings, const std::string& task) {
    if (settings.schedule.empty()) {
        throw errors::Error{errors::Kind::config,
                            "task '" + task + "' has no schedule",
                            "set [tasks." + task + "] schedule"};
    }
    const clock::WallTime now = clock::system_clock().now();
    const auto slot = schedule_of(settings).last_until(now);
    return slot && now - *slot < k_slow_start;
}

std::optional<seconds> success_max_age(const config::RunSettings& settings,
                                       const std::string& task,
                                       clock::WallTime now) {
    if (has_own_limit(settings, task)) {
        return duration_cast<seconds>(settings.success_max_age);
    }
    if (settings.schedule.empty()) {
        return {};
    }
    const seconds run = settings.timeout.count() > 0
                            ? duration_cast<seconds>(settings.timeout)
                            : k_usual_run;
    try {
        return longest_pause(schedule_of(settings), now) + run +
               seconds{settings.misfire_grace_seconds} +
               duration_cast<seconds>(settings.jitter);
    } catch (const errors::Error&) {
        return {};  // a zone unknown to this machine: the run goes on
    }
}

}  // namespace lark_batch::run
