#include "lib/run/records.hpp"

namespace lark_batch::run {

void count_records(Context& context, const Records& records) {
    const auto count = [&](const char* outcome, std::int64_t number) {
        const metrics::Labels labels{{"task_name", context.task()},
                                     {"outcome", outcome}};
        const auto value = static_cast<double>(number);
        context.deltas().add(metrics::k_records, labels, value);
        context.gauges().push_back(
            metrics::gauge(metrics::k_last_records, labels, value));
    };
    count("created", records.created);
    count("updated", records.updated);
    count("unchanged", records.unchanged);
    count("deleted", records.deleted);
    count("failed", records.failed);
}

}  // namespace lark_batch::run
