// A schedule for clocks that read it in another way: a crontab on a host in
// another zone, and Kubernetes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/schedule/schedule.hpp"

namespace lark_batch::admin {

// The five fields of crontab lines for hosts in any of these zones. They
// name every minute that the task may be due at in the five years after
// `from`, and others too: offsets change, and a day of one zone is two of
// another. Which of them is meant, the program's --when-due knows. Where a
// slot falls into an hour that a host's clock repeats, the line is of every
// hour: crons start jobs of fixed hours in the first pass only.
std::vector<std::string> host_cron(const schedule::Schedule& task,
                                   std::span<const schedule::Zone> hosts,
                                   clock::WallTime from);

// For a CronJob with timeZone: five fields in the task's own zone, with
// Sunday as 0 only (github.com/robfig/cron, which Kubernetes uses).
// Good for every cron that knows CRON_TZ, too.
std::string plain_cron(const schedule::CronExpression& cron);

}  // namespace lark_batch::admin
