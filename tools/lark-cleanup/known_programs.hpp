// The programs of this release: what others left behind may go.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace lark_batch::cleanup {

inline constexpr std::array<std::string_view, 8> k_programs{
    "lark-sync-users",  "lark-check-tokens",  "lark-cleanup",
    "lark-healthcheck", "lark-run",           "lark-report",
    "lark-admin",       "lark-forward-alerts"};

inline bool is_ours(std::string_view name) {
    return name.starts_with("lark-");
}

// A shard of a program, "lark-sync-users@2of4", and a task of the user's,
// "lark-run-backup", have groups and files of their own.
inline bool is_known_program(std::string_view name) {
    return name.starts_with("lark-run-") ||
           std::ranges::find(k_programs, name.substr(0, name.find('@'))) !=
               k_programs.end();
}

}  // namespace lark_batch::cleanup
