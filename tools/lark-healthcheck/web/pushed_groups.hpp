// What a Pushgateway's own metrics say about its groups.
// https://github.com/prometheus/pushgateway#about-metric-inconsistencies
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lark_batch::healthcheck {

// Times are seconds since 1970; 0 for never.
struct PushedGroup {
    std::string job;
    double pushed_at = 0;
    double refused_at = 0;
};

struct PushedGroups {
    std::map<std::string, PushedGroup> by_labels;  // "job=..,instance=.."
    double refused_requests = 0;  // answered by 400, since its start
};

// Throws Error(failed) for what is no text format, or not a Pushgateway's.
PushedGroups read_groups(std::string_view metrics);

}  // namespace lark_batch::healthcheck
