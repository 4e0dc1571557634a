// The little JSON that label keys need: one object of strings.
#pragma once

#include <string_view>

#include "lib/metrics/labels.hpp"

namespace lark_batch::metrics {

// Throws Error(config) for any other text.
Labels parse_string_object(std::string_view text);

}  // namespace lark_batch::metrics
