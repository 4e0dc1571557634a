// `tasks ended NAME`, for systemd's ExecStopPost=: a run that was killed is
// recorded at once, not by the next run.
#pragma once

#include <ostream>
#include <string>

#include "lib/config/environment.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// How a unit's main process ended, from the variables that systemd.exec(5)
// lists: $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS, or with MONITOR_ before
// them for the unit that OnFailure= starts.
struct Ending {
    std::string result;  // "oom-kill"; empty: systemd says nothing
    std::string code;    // "exited", "killed" or "dumped"
    std::string status;  // a number, or the signal: "KILL"

    static Ending of(const config::Environment& environment,
                     const std::string& prefix);

    // The program itself ended, and has recorded what it did.
    bool by_itself() const {
        return result == "success" || result == "exit-code";
    }
    // "oom-kill", "signal KILL", "exit code 203"
    std::string words() const;
    // As a shell would show it: 137 for KILL.
    int exit_code() const;
};

// Within five seconds. Without the database, and beside a run that has begun
// meanwhile, it is left to the next run, which is said.
void record_killed_run(const Settings& settings, const std::string& task,
                       const Ending& ending, std::ostream& out);

// For ExecStopPost=, to which systemd 252 gives no credentials: what cannot be
// recorded for want of a password, `tasks failed` records. Throws Error(usage)
// when it is not systemd who asks.
void record_ended(const Settings& settings, std::ostream& out);
// Whether there is anything to record, and passwords are wanted for it.
bool was_killed();

}  // namespace lark_batch::admin
