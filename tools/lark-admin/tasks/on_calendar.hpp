// A cron expression as systemd.time(7) writes it.
#pragma once

#include <string>
#include <vector>

#include "lib/schedule/cron.hpp"

namespace lark_batch::admin {

// The values of OnCalendar= lines, each with the zone behind it:
// "Mon..Fri *-*-* 09:00:00 Asia/Shanghai". Two where the expression gives
// day of month and day of week: systemd wants both, cron either.
std::vector<std::string> on_calendar(const schedule::CronExpression& cron,
                                     const std::string& zone);

}  // namespace lark_batch::admin
