// The answer of `config check` as a CI system reads it: a test case for the
// configuration, and one for each service that was asked.
#pragma once

#include <string>
#include <vector>

#include "lib/config/problems.hpp"
#include "tools/lark-admin/online_checks.hpp"

namespace lark_batch::admin {

// Documents with their newline.
std::string findings_junit(const std::vector<Finding>& findings);
std::string problems_junit(const config::Problems& problems);

}  // namespace lark_batch::admin
