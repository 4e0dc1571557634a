// The exit codes that the programs promise. One table: the run's record, the
// manual and systemd's SuccessExitStatus are written from it.
#pragma once

#include <span>
#include <string_view>

namespace lark_batch::errors {

enum class ExitCode : int {
    ok = 0,
    failed = 1,
    partial = 3,
    guarded = 4,
    usage = 64,
    unavailable = 69,
    bug = 70,
    skipped = 75,
    denied = 77,
    config = 78,
    interrupted = 130,
    terminated = 143,
};

struct ExitCodeRow {
    ExitCode code;
    std::string_view name;
    std::string_view meaning;
};

// Every code with its name and meaning, in ascending order.
std::span<const ExitCodeRow> exit_codes();

constexpr int to_int(ExitCode code) {
    return static_cast<int>(code);
}

}  // namespace lark_batch::errors
