// The secret address of a channel. Private to lib/notify.
#pragma once

#include "lib/config/shared_options.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::notify {

// Throws Error(config) naming the channel, not the address, unless it is
// https (plain http for this machine itself only) with a host.
text::Secret checked_address(const config::ChannelSettings& channel);

}  // namespace lark_batch::notify
