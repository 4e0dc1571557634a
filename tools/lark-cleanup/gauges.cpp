#include "tools/lark-cleanup/gauges.hpp"

#include <algorithm>

namespace lark_batch::cleanup {

void set_gauges(run::Context& context,
                const std::map<std::string, Remembered>& states) {
    for (const Class& each : k_classes) {
        const std::string name{each.name};
        const auto known = states.find(name);
        const Remembered state =
            known == states.end() ? Remembered{} : known->second;
        const auto add = [&](const metrics::Family& family,
                             std::int64_t value) {
            context.gauges().push_back(metrics::gauge(
                family, {{"class", name}}, static_cast<double>(value)));
        };
        add(metrics::k_cleanup_eligible, state.eligible);
        add(metrics::k_cleanup_backlog, state.backlog);
        add(metrics::k_cleanup_held, state.held);
        add(metrics::k_cleanup_idle_runs, state.idle_runs);
    }
}

void count_records(run::Context& context,
                   const std::vector<ClassReport>& classes) {
    std::int64_t deleted = 0;
    for (const ClassReport& one : classes) {
        deleted += one.deleted;
    }
    const auto failed = std::ranges::count_if(
        classes, [](const ClassReport& one) { return one.error.has_value(); });
    context.deltas().add(metrics::k_records,
                         {{"task_name", context.task()}, {"outcome", "failed"}},
                         static_cast<double>(failed));
    for (const auto outcome :
         metrics::values_of(metrics::k_last_records, "outcome")) {
        double value = 0;
        if (outcome == "deleted") {
            value = static_cast<double>(deleted);
        } else if (outcome == "failed") {
            value = static_cast<double>(failed);
        }
        context.gauges().push_back(metrics::gauge(
            metrics::k_last_records,
            {{"task_name", context.task()}, {"outcome", std::string{outcome}}},
            value));
    }
}

}  // namespace lark_batch::cleanup
