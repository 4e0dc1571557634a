// What may be wrong with [notify] and [[channel]] as a whole. Receivers are
// personal: they are never repeated. Private to lib/config.
#pragma once

#include "lib/config/shared_options.hpp"

namespace lark_batch::config {

// Fills what follows from others, and checks the channel by itself.
Found complete_channel(ChannelSettings& channel, const NotifySettings& settings,
                       OptionSet& entry);

// Every route leads to a channel, and every channel is on one.
Found check_routes(const NotifySettings& settings);

// The apps that channels name are there.
Found check_channel_apps(const NotifySettings& settings,
                         const AppsSettings& apps);

}  // namespace lark_batch::config
