// Which kinds of TOML values an option takes.
#pragma once

#include <string>

#include "lib/config/declaration.hpp"
#include "lib/config/toml_file.hpp"

namespace lark_batch::config {

// What the option takes and the file has, where they do not fit:
// "a duration such as "90s", not an integer".
std::string misfit(const Declaration& declared, const FileNode& node);

bool fits(const Declaration& declared, const FileNode& node);

// The words of a scalar or a list of scalars.
Strings values_of(const FileNode& node);

}  // namespace lark_batch::config
