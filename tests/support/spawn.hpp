// The fork and what must be right around it; process.hpp is the door.
#pragma once

#include "tests/support/process.hpp"

namespace lark_batch::test {

// A file to append to, or memory when the path is empty.
FileDescriptor capture(const std::filesystem::path& file);

// Throws std::runtime_error when the program cannot be started.
pid_t spawn(const Command& command, int out, int err);

}  // namespace lark_batch::test
