#include "lib/errors/exit_code.hpp"

#include <array>

namespace lark_batch::errors {

namespace {

constexpr std::array k_exit_codes{
    ExitCodeRow{ExitCode::ok, "ok", "done, or nothing to do"},
    ExitCodeRow{ExitCode::failed, "failed", "the job failed"},
    ExitCodeRow{ExitCode::partial, "partial", "finished, some items failed"},
    ExitCodeRow{ExitCode::guarded, "guarded",
                "a safety guard held some changes back, the rest is applied"},
    ExitCodeRow{ExitCode::usage, "usage", "the command line is wrong"},
    ExitCodeRow{ExitCode::unavailable, "unavailable",
                "a dependency (database, API, network) was unavailable"},
    ExitCodeRow{ExitCode::bug, "bug", "a fault of lark-batch itself"},
    ExitCodeRow{ExitCode::skipped, "skipped",
                "did not run: lock held, start missed, or task disabled"},
    ExitCodeRow{ExitCode::denied, "denied",
                "Lark refused the credentials or permissions"},
    ExitCodeRow{ExitCode::config, "config",
                "configuration or schema version is wrong"},
    ExitCodeRow{ExitCode::interrupted, "interrupted", "stopped by SIGINT"},
    ExitCodeRow{ExitCode::terminated, "terminated", "stopped by SIGTERM"},
};

}  // namespace

std::span<const ExitCodeRow> exit_codes() {
    return k_exit_codes;
}

}  // namespace lark_batch::errors
