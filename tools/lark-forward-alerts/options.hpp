// What lark-forward-alerts can be told beside the shared settings.
#pragma once

#include <string>

#include "lib/config/option.hpp"

namespace lark_batch::forward_alerts {

struct Options {
    // The alert that fires always; empty: nobody waits for one.
    std::string watchdog = "Watchdog";
    text::Milliseconds watchdog_after{180'000};
    text::Milliseconds resolve_after{90'000};
    std::string dashboards_url;  // of Grafana; empty: no links to it
};

void declare(config::OptionSet& set, Options& options);

}  // namespace lark_batch::forward_alerts
