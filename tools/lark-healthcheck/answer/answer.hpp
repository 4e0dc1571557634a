// The run's answer: the exit code of the monitoring-plugin contract, and the
// results in the form that was asked for.
#pragma once

#include <vector>

#include "lib/run/context.hpp"
#include "tools/lark-healthcheck/answer/terminal.hpp"
#include "tools/lark-healthcheck/options.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

run::Result answer(const std::vector<Outcome>& outcomes, const Summary& summary,
                   const Options& options, const Terminal& person = terminal());

// What standard output says of a run that ended with an error before it had
// results; nothing for readers of other forms than a plugin's and JUnit's.
std::string last_words(const errors::Error& error, const Options& options,
                       const Terminal& person = terminal());

// 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; `fail_on` is Options::fail_on.
int exit_code_of(State worst, const std::string& fail_on);

}  // namespace lark_batch::healthcheck
