// What people read about a token, one line each.
#pragma once

#include <string>

#include "lib/notify/announcer.hpp"

namespace lark_batch::check_tokens {

// The source of these notices, with its words in both languages.
notify::Source notice_source();

}  // namespace lark_batch::check_tokens
