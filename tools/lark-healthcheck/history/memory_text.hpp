// The memory as JSON: in the state file, and on its way to the database and
// back. Times are whole milliseconds since 1970.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-healthcheck/history/memory.hpp"

namespace lark_batch::healthcheck {

// {"version":1,"checks":[{"name":...,"state":...,...}]}, of these names only.
std::string to_json(const Memory& memory,
                    const std::vector<std::string>& names);

// The reverse. Throws Error(failed) for anything else.
Memory parse_memory(std::string_view json);

}  // namespace lark_batch::healthcheck
