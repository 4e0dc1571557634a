#include "lib/run/records.hpp"

#include <utility>

namespace lark_batch::run {

namespace {

std::int64_t number_of(const Records& records, std::string_view outcome) {
    const std::pair<std::string_view, std::int64_t> all[] = {
        {"created", records.created},
        {"updated", records.updated},
        {"unchanged", records.unchanged},
        {"deleted", records.deleted},
        {"failed", records.failed}};
    for (const auto& [name, number] : all) {
        if (name == outcome) {
            return number;
        }
    }
    throw errors::Error{errors::Kind::bug,
                        "there is no outcome '" + std::string{outcome} + "'"};
}

}  // namespace

void count_records(Context& context, const Records& records,
                   std::span<const std::string_view> outcomes) {
    for (const auto outcome : outcomes) {
        const metrics::Labels labels{{"task_name", context.task()},
                                     {"outcome", std::string{outcome}}};
        const auto number = static_cast<double>(number_of(records, outcome));
        context.deltas().add(metrics::k_records, labels, number);
        context.gauges().push_back(
            metrics::gauge(metrics::k_last_records, labels, number));
    }
}

void count_records(Context& context, const Records& records) {
    count_records(context, records,
                  metrics::values_of(metrics::k_records, "outcome"));
}

}  // namespace lark_batch::run
