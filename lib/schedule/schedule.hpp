// When a task is due: a cron expression, read on the clock of a zone. The
// rule for the changes of that clock is systemd's (systemd.time(7)): a local
// time that does not exist is left out, one that comes twice is taken once,
// at its first coming.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/schedule/cron.hpp"
#include "lib/schedule/zone.hpp"

namespace lark_batch::schedule {

class Schedule {
public:
    // Throws Error(config) as CronExpression::parse and Zone::find do.
    Schedule(const std::string& cron, const std::string& zone);

    // The first slot strictly after; all slots are whole minutes. Nothing
    // when there is none in the coming thirty years.
    std::optional<clock::WallTime> next_after(clock::WallTime time) const;
    // The last slot at or before.
    std::optional<clock::WallTime> last_until(clock::WallTime time) const;
    // Up to `count` slots, the first strictly after `time`.
    std::vector<clock::WallTime> next(clock::WallTime time, int count) const;
    // Whether a slot lies in the minute that `time` is in.
    bool names_minute_of(clock::WallTime time) const;

    const CronExpression& cron() const { return m_cron; }
    const Zone& zone() const { return m_zone; }

private:
    CronExpression m_cron;
    Zone m_zone;
};

}  // namespace lark_batch::schedule
