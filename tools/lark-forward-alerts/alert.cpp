#include "tools/lark-forward-alerts/alert.hpp"

#include <tuple>
#include <utility>

#include "lib/text/digest.hpp"

namespace lark_batch::forward_alerts {

namespace {

constexpr std::size_t k_topic_digits = 32;

bool outweighs(const Alert& one, const Alert& other) {
    return std::tuple{!one.muted, one.severity} >
           std::tuple{!other.muted, other.severity};
}

}  // namespace

std::optional<notify::Severity> severity_of(std::string_view label) {
    if (label == "none") {
        return std::nullopt;
    }
    if (label == "critical") {
        return notify::Severity::critical;
    }
    return label == "info" ? notify::Severity::reminder
                           : notify::Severity::urgent;
}

std::string topic_of(const std::string& system, const Labels& labels) {
    std::string all;
    const auto add = [&all](const std::string& text) {
        all += std::to_string(text.size()) + ":" + text;
    };
    for (const auto& [name, value] : labels) {
        if (name != "severity") {
            add(name);
            add(value);
        }
    }
    return system + "/" +
           text::hex(text::sha256(all)).substr(0, k_topic_digits);
}

std::vector<Alert> merged(std::vector<Alert> alerts) {
    std::map<std::pair<std::string, notify::Severity>, Alert> once;
    for (Alert& alert : alerts) {
        const std::pair key{alert.topic, alert.severity};
        const auto found = once.find(key);
        if (found == once.end()) {
            once.emplace(key, std::move(alert));
        } else {
            found->second.muted = found->second.muted || alert.muted;
        }
    }
    std::vector<Alert> all;
    for (auto& [key, alert] : once) {
        if (all.empty() || all.back().topic != alert.topic) {
            all.push_back(std::move(alert));
        } else if (outweighs(alert, all.back())) {
            all.back() = std::move(alert);
        }
    }
    return all;
}

}  // namespace lark_batch::forward_alerts
