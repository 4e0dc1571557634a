// What a run did with the records that it worked on: scheduled_task_records.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/run/context.hpp"

namespace lark_batch::run {

struct Records {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t deleted = 0;
    std::int64_t failed = 0;
};

// Adds them to the totals, and shows them as those of the last run: those of
// `outcomes`, which JobSeries has, too. Once a run.
void count_records(Context& context, const Records& records,
                   std::span<const std::string_view> outcomes);
// All of them.
void count_records(Context& context, const Records& records);

}  // namespace lark_batch::run
