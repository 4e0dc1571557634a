// The one place that catches what nobody else could handle, says so once,
// and turns it into an exit code.
#pragma once

#include <functional>
#include <string>

#include "lib/errors/error.hpp"

namespace lark_batch::run {

// Calls `work`; an Error becomes one line on stderr (and a hint line, or a
// field where lines are of the format json or journal), and its kind's exit
// code. Anything else is our bug.
int funnel(const std::string& program, const std::function<int()>& work);

// The lines that funnel() prints.
void report(const std::string& program, const errors::Error& error);

// A kind's code; for a stop, that of the signal.
errors::ExitCode exit_code_for(errors::Kind kind);

}  // namespace lark_batch::run
