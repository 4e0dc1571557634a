// The one place that catches what nobody else could handle, says so once,
// and turns it into an exit code.
#pragma once

#include <functional>
#include <string>

#include "lib/errors/error.hpp"
#include "lib/run/contract.hpp"

namespace lark_batch::run {

// Calls `work`; an Error becomes one line on stderr (and a hint line, or a
// field where lines are of the format json or journal), and its kind's exit
// code. Anything else is our bug.
int funnel(const std::string& program, const std::function<int()>& work,
           Contract contract = Contract::common);

// The lines that funnel() prints.
void report(const std::string& program, const errors::Error& error);

// A kind's code; for a stop, that of the signal.
int exit_code_for(errors::Kind kind, Contract contract = Contract::common);

// What monitoring plugins call UNKNOWN.
inline constexpr int k_unknown = 3;

// From now on the process ends without waiting for its threads and without
// destructors of static objects: one that hangs in a system call, such as a
// resolver's, cannot be ended in another way.
void abandon_threads();
bool has_abandoned_threads();

}  // namespace lark_batch::run
