// Pages that are made from the declarations in code, so that they cannot
// disagree with it: docs/ holds copies that a test compares.
#pragma once

#include <string>
#include <vector>

namespace lark_batch::admin {

// "options, metrics, sample or exit-codes"
std::string page_names();

// Takes exactly one name. Throws Error(usage).
std::string reference_page(const std::vector<std::string>& names);

}  // namespace lark_batch::admin
