#include "tools/lark-cleanup/budget.hpp"

namespace lark_batch::cleanup {

void count_deleted(run::Context& context, const std::string& class_name,
                   std::int64_t deleted) {
    const auto amount = static_cast<double>(deleted);
    context.deltas().add(metrics::k_cleanup_deleted, {{"class", class_name}},
                         amount);
    context.deltas().add(
        metrics::k_records,
        {{"task_name", context.task()}, {"outcome", "deleted"}}, amount);
}

}  // namespace lark_batch::cleanup
