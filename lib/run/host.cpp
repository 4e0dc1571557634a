#include "lib/run/host.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

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

std::string guess_trigger() {
    // systemd.exec(5): set for every unit, so for a person's shell as well
    // when that runs inside one; a terminal tells them apart.
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
    if (std::getenv("INVOCATION_ID") != nullptr && getppid() == 1) {
        return "timer";
    }
    return "manual";
}

Usage resource_usage() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    // ru_maxrss is in KiB on Linux.
    return {seconds(usage.ru_utime) + seconds(usage.ru_stime),
            static_cast<double>(usage.ru_maxrss) * 1024.0};
}

}  // namespace lark_batch::run
