// The tasks that are programs of ours, and what is to be expected of them:
// read by the programs themselves and by the check of kind `tasks`.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace lark_batch::run {

struct KnownTask {
    std::string_view name;
    // How old the last success may become before somebody must look: a bit
    // more than the longest pause of its schedule and one run.
    std::chrono::seconds success_max_age;
    // Of a run, unless configured.
    std::chrono::seconds timeout;
};

inline constexpr std::array k_known_tasks{
    KnownTask{"sync_users", std::chrono::hours{13}, std::chrono::hours{2}},
    KnownTask{"check_tokens", std::chrono::hours{16}, std::chrono::hours{2}},
    KnownTask{"cleanup", std::chrono::hours{26}, std::chrono::hours{2}},
    KnownTask{"healthcheck", std::chrono::minutes{15}, std::chrono::minutes{1}},
};

// Null for a task of somebody else's.
inline const KnownTask* known_task(std::string_view name) {
    const auto* const found =
        std::ranges::find(k_known_tasks, name, &KnownTask::name);
    return found == k_known_tasks.end() ? nullptr : found;
}

}  // namespace lark_batch::run
