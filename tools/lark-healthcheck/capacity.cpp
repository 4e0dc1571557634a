#include "tools/lark-healthcheck/capacity.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "lib/log/log.hpp"

namespace lark_batch::healthcheck {

namespace {

// A connection and its resolver's sockets, or the pipes of a command.
constexpr rlim_t k_for_a_probe = 4;
// Standard streams, lock, database, Pushgateway, event queues.
constexpr rlim_t k_for_the_run = 48;

// What may be open from now on.
rlim_t raised_to(rlim_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    if (limit.rlim_cur >= wanted) {
        return limit.rlim_cur;
    }
    const rlimit raised{std::min(wanted, limit.rlim_max), limit.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur
                                                    : limit.rlim_cur;
}

}  // namespace

std::size_t affordable_probes(std::size_t wanted) {
    const rlim_t open = raised_to(k_for_the_run + k_for_a_probe * wanted);
    const rlim_t left = open - std::min(open, k_for_the_run);
    const std::size_t possible = std::max<std::size_t>(1, left / k_for_a_probe);
    if (possible >= wanted) {
        return wanted;
    }
    log::warning("fewer checks run at the same time than could",
                 {{"checks", std::to_string(possible)},
                  {"hint", "raise the limit of open files"}});
    return possible;
}

}  // namespace lark_batch::healthcheck
