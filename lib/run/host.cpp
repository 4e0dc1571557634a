#include "lib/run/host.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "lib/errors/error.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::run {

namespace {

std::string parent_command() {
    try {
        return std::string{text::trim(
            files::read("/proc/" + std::to_string(getppid()) + "/comm", 4096))};
    } catch (const errors::Error&) {
        return {};  // hidden by the system: then it stays a guess
    }
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::string host_name() {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    return name.data();
}

// systemd.exec(5): TRIGGER_UNIT, since version 252. What the unit's program
// starts inherits it, and was not started by the timer.
std::string triggering_timer() {
    const char* const unit = std::getenv("TRIGGER_UNIT");
    const bool by_timer = unit != nullptr &&
                          std::string_view{unit}.ends_with(".timer") &&
                          (getppid() == 1 || parent_command() == "systemd");
    return by_timer ? unit : "";
}

std::string guess_trigger(const TimerElapse& elapse) {
    if (isatty(STDIN_FILENO) != 0) {
        return "manual";
    }
    if (std::getenv("KUBERNETES_SERVICE_HOST") != nullptr ||
        std::filesystem::exists("/.dockerenv") ||
        std::filesystem::exists("/run/.containerenv")) {
        return "container";
    }
    const std::string parent = parent_command();
    if (parent == "cron" || parent == "crond" || parent == "supercronic") {
        return "cron";
    }
    return elapse.started_this_run() ? "timer" : "manual";
}

Usage resource_usage() {
    Usage sum;
    for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(whose, &usage);
        sum.cpu_seconds += seconds(usage.ru_utime) + seconds(usage.ru_stime);
        // In KiB on Linux.
        sum.max_rss_bytes = std::max(
            sum.max_rss_bytes, static_cast<double>(usage.ru_maxrss) * 1024.0);
    }
    return sum;
}

}  // namespace lark_batch::run
