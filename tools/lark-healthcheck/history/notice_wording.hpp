// What people read about a check, one line each.
#pragma once

#include "lib/notify/announcer.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// The source of these notices, with its words in both languages. The options
// must outlive it: they say whether a check is still one.
notify::Source notice_source(const Options& options);

}  // namespace lark_batch::healthcheck
