// A schedule as a person says it.
#pragma once

#include <string>

#include "lib/schedule/cron.hpp"

namespace lark_batch::admin {

// "Monday to Friday at 09:00, Asia/Shanghai". Right for every expression,
// pretty for the usual ones.
std::string schedule_in_words(const schedule::CronExpression& cron,
                              const std::string& zone);

}  // namespace lark_batch::admin
