#include "tools/lark-admin/tasks/installed_clock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/lark-admin/tasks/zoned.hpp"

namespace lark_batch::admin {

using schedule::Schedule;

Slots moments_of_year(clock::WallTime now, std::chrono::minutes apart) {
    Slots moments;
    for (auto moment = now; moment < now + std::chrono::days{366};
         moment += apart) {
        moments.push_back(moment);
    }
    return moments;
}

std::optional<std::string> difference(const Schedule& schedule,
                                      const Slots& wanted, const Slots& found) {
    const auto [want, have] = std::ranges::mismatch(wanted, found);
    if (want == wanted.end() && have == found.end()) {
        return {};
    }
    const schedule::Zone& zone = schedule.zone();
    const auto shown = [&](const Slots& slots, Slots::const_iterator at) {
        return at == slots.end()
                   ? std::string{"never"}
                   : zoned_minute(zone, *at) + " " + zone.abbreviation(*at);
    };
    return fmt::format("{}, the registry says {}", shown(found, have),
                       shown(wanted, want));
}

}  // namespace lark_batch::admin
