// Asks every configured Alertmanager at the same time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-forward-alerts/alert.hpp"

namespace lark_batch::forward_alerts {

struct Asked {
    std::string url;
    std::size_t alerts = 0;
    std::optional<errors::Error> error;
};

struct Round {
    std::vector<Asked> asked;   // as configured
    std::vector<Alert> alerts;  // of all that answered, each once
    bool watchdog = false;      // one of them has it
};

// Throws Error(unavailable) when none answered as it should, and what
// check_stop() throws.
Round fetch_alerts(run::Context& context, const std::string& watchdog);

}  // namespace lark_batch::forward_alerts
