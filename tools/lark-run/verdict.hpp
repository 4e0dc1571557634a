// What a command's end means for its run.
#pragma once

#include <string>

#include "lib/config/command_options.hpp"
#include "lib/run/outcome.hpp"
#include "tools/lark-run/attempt.hpp"

namespace lark_batch::lark_run {

// What shells make of an end: the command's own code, 128 and the number of
// the signal, 127 for a command that is not there, 126 for one that cannot be
// executed.
int shell_code(const Ended& ended);

struct Verdict {
    run::Outcome outcome = run::Outcome::success;
    int exit_code = 0;  // of lark-run
    std::string words;  // "ended with exit code 3"
    std::string hint;
    bool may_pass = false;  // another attempt may do better
};

// Of a command that ended by itself.
Verdict judge(const Ended& ended, const config::CommandSettings& settings);

}  // namespace lark_batch::lark_run
