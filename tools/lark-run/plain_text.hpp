// What a program wrote, as a record can keep it.
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::lark_run {

// Without terminal sequences; of a line that was written over with carriage
// returns, what was seen last; control characters as blanks, but for line ends
// and tabs; bytes that are not UTF-8 as question marks.
std::string plain_text(std::string_view bytes);

}  // namespace lark_batch::lark_run
