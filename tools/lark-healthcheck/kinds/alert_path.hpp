// The kind `alert_path`: whether an alert would reach people. A canary is
// pushed, scraped by Prometheus, whose always-firing alert must be known to
// Alertmanager.
#pragma once

#include <optional>
#include <string>

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class AlertPath : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    // One look, with what its steps share.
    struct Look;

    void declare_places(config::OptionSet& set);

    std::string m_push_to;    // empty: [pushgateway] url
    std::string m_query_at;   // empty: healthcheck.prometheus_url
    std::string m_alerts_at;  // empty: healthcheck.alertmanager_url
    std::string m_canary = "default";
    std::string m_alertname = "Watchdog";
    text::Milliseconds m_max_age{600'000};
    text::Milliseconds m_wait{0};
};

}  // namespace lark_batch::healthcheck
