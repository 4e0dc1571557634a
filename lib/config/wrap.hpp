// Breaks prose into lines for help texts and comments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lark_batch::config {

// Lines of at most `width` columns, each beginning with `indent` and ended
// by a newline. A longer word has a line for itself.
std::string wrap(std::string_view prose, std::string_view indent,
                 std::size_t width = 80);

}  // namespace lark_batch::config
