// Where and by whom this process was started.
#pragma once

#include <string>

namespace lark_batch::run {

std::string host_name();

// "timer", "cron", "container" or "manual", guessed from what each of them
// leaves behind.
std::string guess_trigger();

struct Usage {
    double cpu_seconds = 0;  // user and system
    double max_rss_bytes = 0;
};
Usage resource_usage();

}  // namespace lark_batch::run
