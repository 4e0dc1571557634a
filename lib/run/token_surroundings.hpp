// A run, or a command, as the rotation of tokens sees it.
#pragma once

#include <filesystem>
#include <string>

#include "lib/tokens/rotation.hpp"

namespace lark_batch::run {

// Where pairs wait that no database takes. One for all programs of a host.
std::filesystem::path token_spool(const std::string& state_directory);

// Who rotates, for the journal.
db::Worker this_worker();

}  // namespace lark_batch::run
