#include "lib/schedule/schedule.hpp"

#include <algorithm>
#include <chrono>

namespace lark_batch::schedule {

namespace {

using clock::WallTime;

// February 29 stays away for eight years at most.
constexpr int k_horizon_days = 30 * 366;

enum class Direction : int { back = -1, forth = 1 };

// A place on a zone's calendar, moved a day at a time.
struct Cursor {
    std::chrono::sys_days day;
    int hour;
    int minute;
};

Cursor cursor_at(const LocalTime& local) {
    using namespace std::chrono;
    return {sys_days{year{local.year} / local.month / local.day}, local.hour,
            local.minute};
}

LocalTime local_of(const Cursor& cursor) {
    return local_at(WallTime{std::chrono::sys_seconds{cursor.day} +
                             std::chrono::hours{cursor.hour} +
                             std::chrono::minutes{cursor.minute}},
                    std::chrono::seconds{0});
}

Day day_of(const Cursor& cursor) {
    const LocalTime local = local_of(cursor);
    return {local.year, local.month, local.day, local.weekday};
}

// Slots come in the order of the local clock's times: of one that comes
// twice only the first is a slot.
class Search {
public:
    Search(const CronExpression& cron, const Zone& zone, WallTime time,
           Direction direction)
        : m_cron(cron), m_zone(zone), m_time(time), m_direction(direction) {}

    std::optional<WallTime> from(Cursor cursor) const {
        for (int days = 0; days < k_horizon_days; ++days) {
            if (m_cron.names_day(day_of(cursor))) {
                if (const auto found = in_day(cursor)) {
                    return found;
                }
            }
            cursor.day += std::chrono::days{step()};
            cursor.hour = forth() ? 0 : 23;
            cursor.minute = forth() ? 0 : 59;
        }
        return std::nullopt;
    }

private:
    bool forth() const { return m_direction == Direction::forth; }
    int step() const { return static_cast<int>(m_direction); }

    std::optional<WallTime> in_day(Cursor cursor) const {
        while (cursor.hour >= 0 && cursor.hour < 24) {
            if (m_cron.names_hour(cursor.hour)) {
                if (const auto found = in_hour(cursor)) {
                    return found;
                }
            }
            cursor.hour += step();
            cursor.minute = forth() ? 0 : 59;
        }
        return std::nullopt;
    }

    std::optional<WallTime> in_hour(Cursor cursor) const {
        while (cursor.minute >= 0 && cursor.minute < 60) {
            if (m_cron.names_minute(cursor.minute)) {
                const auto slot = m_zone.instant(local_of(cursor));
                if (slot && (forth() ? *slot > m_time : *slot <= m_time)) {
                    return slot;
                }
            }
            cursor.minute += step();
        }
        return std::nullopt;
    }

    const CronExpression& m_cron;
    const Zone& m_zone;
    WallTime m_time;
    Direction m_direction;
};

}  // namespace

Schedule::Schedule(const std::string& cron, const std::string& zone)
    : m_cron(CronExpression::parse(cron)), m_zone(Zone::find(zone)) {}

std::optional<WallTime> Schedule::next_after(WallTime time) const {
    return Search{m_cron, m_zone, time, Direction::forth}.from(
        cursor_at(m_zone.local(time)));
}

std::optional<WallTime> Schedule::last_until(WallTime time) const {
    // In the second pass of a repeated hour the local clock shows less than
    // the slots of the first pass had: yesterday's clock is asked too.
    const auto furthest = std::max(m_zone.offset(time),
                                   m_zone.offset(time - std::chrono::days{1}));
    return Search{m_cron, m_zone, time, Direction::back}.from(
        cursor_at(local_at(time, furthest)));
}

std::vector<WallTime> Schedule::next(WallTime time, int count) const {
    std::vector<WallTime> slots;
    while (static_cast<int>(slots.size()) < count) {
        const auto slot = next_after(slots.empty() ? time : slots.back());
        if (!slot) {
            break;
        }
        slots.push_back(*slot);
    }
    return slots;
}

bool Schedule::names_minute_of(WallTime time) const {
    const LocalTime local = m_zone.local(time);
    return m_cron.names_minute(local.minute) && m_cron.names_hour(local.hour) &&
           m_cron.names_day(
               {local.year, local.month, local.day, local.weekday}) &&
           m_zone.instant(local) ==
               std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace lark_batch::schedule
