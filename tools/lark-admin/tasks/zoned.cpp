#include "tools/lark-admin/tasks/zoned.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace lark_batch::admin {

namespace {

std::string day_of(const schedule::LocalTime& local) {
    return fmt::format("{:04}-{:02}-{:02}", local.year, local.month, local.day);
}

}  // namespace

std::string zoned_minute(const schedule::Zone& zone, clock::WallTime time) {
    const auto local = zone.local(time);
    return fmt::format("{} {:02}:{:02}", day_of(local), local.hour,
                       local.minute);
}

std::string zoned_rfc3339(const schedule::Zone& zone, clock::WallTime time) {
    const auto local = zone.local(time);
    const long minutes =
        std::chrono::duration_cast<std::chrono::minutes>(zone.offset(time))
            .count();
    return fmt::format("{}T{:02}:{:02}:{:02}{}{:02}:{:02}", day_of(local),
                       local.hour, local.minute, local.second,
                       minutes < 0 ? '-' : '+', std::labs(minutes) / 60,
                       std::labs(minutes) % 60);
}

}  // namespace lark_batch::admin
