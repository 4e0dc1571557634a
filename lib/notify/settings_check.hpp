// What of the settings can be wrong in a way that lib/config cannot see.
#pragma once

#include <span>
#include <string_view>

#include "lib/config/problems.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/notify/templates.hpp"

namespace lark_batch::notify {

// All that an Announcer's constructor would refuse, whichever of the sources
// it speaks for: templates, and the addresses of hooks, which must have been
// read. Opens no connection; repeats no address.
config::Found check_settings(
    const config::NotifySettings& settings,
    std::span<const std::string_view> sources = k_sources);

}  // namespace lark_batch::notify
