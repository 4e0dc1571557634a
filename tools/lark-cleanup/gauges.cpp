#include "tools/lark-cleanup/gauges.hpp"

#include <algorithm>

namespace lark_batch::cleanup {

namespace {

constexpr std::string_view k_outcomes[] = {"deleted", "failed"};

void set_gauge(run::Context& context, const metrics::Family& family,
               std::string_view name, std::int64_t value) {
    context.gauges().push_back(metrics::gauge(
        family, {{"class", std::string{name}}}, static_cast<double>(value)));
}

}  // namespace

void set_gauges(run::Context& context,
                const std::map<std::string, Remembered>& states) {
    const auto remembered = [&](std::string_view name) {
        const auto known = states.find(std::string{name});
        return known == states.end() ? Remembered{} : known->second;
    };
    for (const Class& each : k_classes) {
        set_gauge(context, metrics::k_cleanup_backlog, each.name,
                  remembered(each.name).backlog);
    }
    for (const auto name :
         metrics::values_of(metrics::k_cleanup_held, "class")) {
        set_gauge(context, metrics::k_cleanup_held, name,
                  remembered(name).held);
    }
}

// What was deleted is counted where it is deleted.
void count_records(run::Context& context,
                   const std::vector<ClassReport>& classes) {
    std::int64_t deleted = 0;
    for (const ClassReport& one : classes) {
        deleted += one.deleted;
    }
    const auto failed = std::ranges::count_if(
        classes, [](const ClassReport& one) { return one.error.has_value(); });
    const auto labels = [&](const char* outcome) {
        return metrics::Labels{{"task_name", context.task()},
                               {"outcome", outcome}};
    };
    context.deltas().add(metrics::k_records, labels("failed"),
                         static_cast<double>(failed));
    context.gauges().push_back(metrics::gauge(metrics::k_last_records,
                                              labels("deleted"),
                                              static_cast<double>(deleted)));
    context.gauges().push_back(metrics::gauge(metrics::k_last_records,
                                              labels("failed"),
                                              static_cast<double>(failed)));
}

void name_series(const config::SharedSettings& /*settings*/,
                 metrics::JobSeries& series) {
    series.cleans = true;
    series.outcomes.assign(std::begin(k_outcomes), std::end(k_outcomes));
}

}  // namespace lark_batch::cleanup
