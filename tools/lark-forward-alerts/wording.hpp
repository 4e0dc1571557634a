// What people read about an alert, one line each, and where more is to be
// seen.
#pragma once

#include <map>
#include <string>

#include "lib/notify/announcer.hpp"
#include "tools/lark-forward-alerts/queries.hpp"

namespace lark_batch::forward_alerts {

struct Vocabulary {
    std::string watchdog;               // the alert's name
    std::string dashboards_url;         // of Grafana, may be empty
    std::map<std::string, Facts> gone;  // of alerts that are over, by topic
};

// The source of these notices. The vocabulary must outlive it, and may be
// filled later.
notify::Source notice_source(const Vocabulary& vocabulary);

}  // namespace lark_batch::forward_alerts
