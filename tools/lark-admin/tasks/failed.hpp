// `tasks failed UNIT`, which systemd's OnFailure= starts.
#pragma once

#include <ostream>

#include "lib/errors/exit_code.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Tells people that the unit failed: the same condition as that of the run
// itself, so that nobody hears of one failure twice. The severity is the
// task's `notify`, or urgent where that is none. Needs no database; says on
// `out` what it did. `partial` when a channel did not accept it.
errors::ExitCode tell_failed(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
