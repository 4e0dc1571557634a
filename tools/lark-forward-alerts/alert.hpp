// An alert as Alertmanager has it, cut to what a notice can hold.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/notify/severity.hpp"

namespace lark_batch::forward_alerts {

// All texts are from outside: bounded, on one line.
struct Alert {
    std::string topic;   // of its notices; see topic_of()
    std::string name;    // the label alertname
    std::string system;  // the label system, "other" without a usable one
    std::string app;     // of the labels app and app_id, as they are
    std::string app_id;
    std::string fingerprint;
    notify::Severity severity{};
    bool muted = false;  // silenced or inhibited
    std::optional<clock::WallTime> started_at;
    std::string summary;
    std::string description;
    std::string labels;      // "instance=db1:9187, job=postgres"
    std::string runbook;     // an address
    std::string dashboard;   // an address or a Grafana uid
    std::string expression;  // an address: where Prometheus shows the query
};

using Labels = std::map<std::string, std::string, std::less<>>;

// "critical" is critical, "info" a reminder, "warning" and any word that we do
// not know urgent: a rule without severity must not be overlooked. Nothing for
// "none".
std::optional<notify::Severity> severity_of(std::string_view label);

// "fechatter/0f3c..": the system and a digest of all labels but severity, so
// that a warning that becomes critical is one alert that got worse.
std::string topic_of(const std::string& system, const Labels& labels);

// Each topic once: the worst that is not muted. The same alert from several
// Alertmanagers of a cluster is muted when one of them says so, because
// silences reach the others a little later.
std::vector<Alert> merged(std::vector<Alert> alerts);

}  // namespace lark_batch::forward_alerts
