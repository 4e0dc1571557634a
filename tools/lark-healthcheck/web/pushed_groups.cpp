#include "tools/lark-healthcheck/web/pushed_groups.hpp"

#include <fmt/format.h>

#include "lib/errors/error.hpp"
#include "tools/lark-healthcheck/web/exposition.hpp"

namespace lark_batch::healthcheck {

namespace {

std::string value_of(const SeriesLabels& labels, std::string_view name) {
    for (const auto& [label, value] : labels) {
        if (label == name) {
            return value;
        }
    }
    return {};
}

// In words for people: job 'nightly', instance 'h1'. An empty instance comes
// with every group that has none.
std::string words_of(const SeriesLabels& labels) {
    std::string words = "job '" + value_of(labels, "job") + "'";
    for (const auto& [label, value] : labels) {
        if (label != "job" && !value.empty()) {
            words += fmt::format(", {} '{}'", label, value);
        }
    }
    return words;
}

}  // namespace

PushedGroups read_groups(std::string_view metrics) {
    PushedGroups groups;
    bool is_gateway = false;
    Exposition exposition{metrics};
    while (const auto sample = exposition.next()) {
        const bool pushed = sample->name == "push_time_seconds";
        if (pushed || sample->name == "push_failure_time_seconds") {
            const SeriesLabels labels = parse_labels(sample->labels);
            PushedGroup& group = groups.by_labels[words_of(labels)];
            group.job = value_of(labels, "job");
            (pushed ? group.pushed_at : group.refused_at) = sample->value;
        } else if (sample->name == "pushgateway_http_requests_total") {
            const bool refused =
                value_of(parse_labels(sample->labels), "code") == "400";
            groups.refused_requests += refused ? sample->value : 0;
        }
        is_gateway = is_gateway || sample->name.starts_with("pushgateway_");
    }
    if (!is_gateway) {
        throw errors::Error{errors::Kind::failed,
                            "the metrics are not those of a Pushgateway"};
    }
    return groups;
}

}  // namespace lark_batch::healthcheck
