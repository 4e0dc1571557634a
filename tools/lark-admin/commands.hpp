// From the command line to the command's answer.
#pragma once

#include <ostream>

#include "lib/errors/exit_code.hpp"

namespace lark_batch::admin {

// Loads the settings and runs the command. Results go to `out`; what is
// wrong is thrown.
errors::ExitCode answer(int argc, const char* const* argv, std::ostream& out);

}  // namespace lark_batch::admin
