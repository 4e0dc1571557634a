// `tasks check`: whether the clocks of this host start the tasks when the
// registry says.
#pragma once

#include <ostream>

#include "lib/errors/exit_code.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// ExitCode::failed when something differs.
errors::ExitCode check_tasks(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
