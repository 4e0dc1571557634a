// Where and by whom this process was started.
#pragma once

#include <string>

#include "lib/run/timer_elapse.hpp"

namespace lark_batch::run {

std::string host_name();

// The systemd timer that started this process's unit, this time or an earlier
// one: TimerElapse tells which. Empty if there is none.
std::string triggering_timer();

// "timer", "cron", "container" or "manual", guessed from what each of them
// leaves behind.
std::string guess_trigger(const TimerElapse& elapse);

// Of this process and of the programs that it started and that have ended.
struct Usage {
    double cpu_seconds = 0;    // user and system
    double max_rss_bytes = 0;  // of the largest one
};
Usage resource_usage();

}  // namespace lark_batch::run
