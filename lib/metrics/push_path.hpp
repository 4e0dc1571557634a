// Where a job's group lives on the Pushgateway.
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::metrics {

// /metrics/job/<job>; a name with other characters than letters, digits,
// "-", "_" and "." goes as base64, because the gateway refuses even an
// escaped slash. Throws Error(bug) for an empty one, which the gateway would
// accept and forget.
std::string push_path(std::string_view job);

}  // namespace lark_batch::metrics
