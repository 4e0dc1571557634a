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

// ru_maxrss would do, were it not handed on by execve(): a small program that a
// large one starts would have the large one's.
double own_peak_bytes() {
    try {
        const std::string status = files::read("/proc/self/status", 65536);
        const std::size_t peak = status.find("\nVmHWM:");
        return peak == std::string::npos
                   ? 0
                   : std::strtod(status.c_str() + peak + 7, nullptr) * 1024.0;
    } catch (const errors::Error&) {
        return 0;  // hidden by the system
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
    rusage own{};
    rusage children{};
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    Usage sum;
    for (const rusage& each : {own, children}) {
        sum.cpu_seconds += seconds(each.ru_utime) + seconds(each.ru_stime);
    }
    // ru_maxrss is in KiB on Linux.
    sum.max_rss_bytes = std::max(
        own_peak_bytes(), static_cast<double>(children.ru_maxrss) * 1024.0);
    return sum;
}

}  // namespace lark_batch::run
