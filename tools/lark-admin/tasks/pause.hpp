// `tasks disable` and `tasks enable`.
#pragma once

#include <ostream>

#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Both say on `out` what holds now, and push it. They throw Error(usage) for a
// task that nobody knows, and what the database throws.
void disable_task(const Settings& settings, std::ostream& out);
void enable_task(const Settings& settings, std::ostream& out);

// The one name behind the command; throws Error(usage) without one, and for
// several.
const std::string& only_name(const config::Strings& names,
                             const std::string& command);

}  // namespace lark_batch::admin
