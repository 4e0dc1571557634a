// Which kinds of TOML values an option takes.
#pragma once

#include <string>

#include "lib/config/declaration.hpp"
#include "lib/config/toml_file.hpp"

namespace lark_batch::config {

// "a duration such as "90s"", for messages.
std::string expectation(const Declaration& declared);

bool fits(const Declaration& declared, const FileNode& node);

// The words of a scalar or a list of scalars.
Strings values_of(const FileNode& node);

}  // namespace lark_batch::config
