// The monitoring port of a NATS server: /healthz, /varz and /subsz.
// https://docs.nats.io/running-a-nats-service/nats_admin/monitoring
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

struct NatsLimits {
    ThresholdText connections;
    ThresholdText subscriptions;   // the server's own are counted, too
    ThresholdText slow_consumers;  // since the server was started
    std::vector<std::string> subjects;
    ThresholdText subscribers{"", "1:"};  // of each of the subjects

    bool wanted() const;
};

void declare_nats_limits(config::OptionSet& set, NatsLimits& limits);

// `url` without a slash at its end. Throws Error(unavailable) when a page
// does not come or is not what it should be.
void look_at_monitor(const std::string& url, const NatsLimits& limits,
                     const Surroundings& around,
                     const clock::Deadline& deadline, Finding& finding);

}  // namespace lark_batch::healthcheck
