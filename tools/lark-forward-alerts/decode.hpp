// The answer of Alertmanager's API v2 to "which alerts are there?".
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-forward-alerts/alert.hpp"

namespace lark_batch::forward_alerts {

struct Answer {
    std::vector<Alert> alerts;  // without the watchdog and severity "none"
    bool watchdog = false;      // an alert of that name is among them
};

// Throws Error(unavailable) when the text is no such answer as a whole: half
// of one must not make alerts look resolved.
Answer decode_alerts(const std::string& body, std::string_view watchdog);

}  // namespace lark_batch::forward_alerts
