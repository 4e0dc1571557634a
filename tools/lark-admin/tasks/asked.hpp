// Programs of the system that are asked, not relied on: systemctl and
// systemd-analyze.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lark_batch::admin {

// What it wrote to its standard output; it speaks English and knows UTC only.
// Nothing when it is not there, ends with another code than 0 or says nothing
// for ten seconds.
std::optional<std::string> asked(const std::vector<std::string>& argv);

}  // namespace lark_batch::admin
