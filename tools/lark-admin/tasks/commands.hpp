// The commands for tasks: what there is, when it is due, and whether the
// clocks of this machine agree with that.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "lib/errors/exit_code.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// "tasks list" and those beside it. The reference must outlive them.
std::vector<config::Command> task_commands(Settings& settings);

// Nothing when the command is none of them.
std::optional<errors::ExitCode> run_task_command(const std::string& command,
                                                 const Settings& settings,
                                                 std::ostream& out);

}  // namespace lark_batch::admin
