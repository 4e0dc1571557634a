// The tasks that are programs of ours: what the registry says of them unless
// the configuration says otherwise.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace lark_batch::config {

struct KnownTask {
    std::string_view name;
    std::string_view program;
    // When it is due, in the configuration's time zone: crontab(5).
    std::string_view schedule;
    // A delay that timers choose for a host, so that tasks that are due
    // together do not begin together.
    std::chrono::seconds jitter;
    // How old the last success may become before somebody must look: a bit
    // more than the longest pause of its schedule (an hour longer when a zone
    // leaves summer time) and one run.
    std::chrono::seconds success_max_age;
    // Of a run.
    std::chrono::seconds timeout;
    // In the registry only where the configuration speaks of it: by
    // [alertmanager] urls or a table of its own in [tasks].
    bool optional = false;
};

inline constexpr std::array k_known_tasks{
    KnownTask{"sync_users", "lark-sync-users", "0 */6 * * *",
              std::chrono::minutes{5}, std::chrono::hours{13},
              std::chrono::hours{2}},
    KnownTask{"check_tokens", "lark-check-tokens", "0 9,18 * * *",
              std::chrono::minutes{2}, std::chrono::hours{17},
              std::chrono::hours{2}},
    KnownTask{"cleanup", "lark-cleanup", "0 3 * * *", std::chrono::minutes{10},
              std::chrono::hours{26}, std::chrono::hours{2}},
    KnownTask{"healthcheck", "lark-healthcheck", "*/5 * * * *",
              std::chrono::seconds{10}, std::chrono::minutes{15},
              std::chrono::minutes{1}},
    KnownTask{"forward_alerts", "lark-forward-alerts", "* * * * *",
              std::chrono::seconds{5}, std::chrono::minutes{10},
              std::chrono::seconds{50}, true},
};

// Null for a task of somebody else's.
inline const KnownTask* known_task(std::string_view name) {
    const auto* const found =
        std::ranges::find(k_known_tasks, name, &KnownTask::name);
    return found == k_known_tasks.end() ? nullptr : found;
}

}  // namespace lark_batch::config
