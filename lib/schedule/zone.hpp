// Time zones by their IANA names, from the system's own data
// (/usr/share/zoneinfo; Debian's package tzdata).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/clock/clock.hpp"

// Only lib/schedule/zone.cpp sees more of the library than this name.
namespace date {
class time_zone;
}

namespace lark_batch::schedule {

// What a clock on the wall and the calendar beside it show.
struct LocalTime {
    int year;
    int month;  // 1 is January
    int day;
    int hour;
    int minute;
    int second;
    int weekday;  // 0 is Sunday; not looked at by Zone::instant()
};

// A view of data that lives as long as the program does: copied for nothing.
// The first find() of a program costs it a millisecond or two.
class Zone {
public:
    // Throws Error(config), with the nearest name for a hint.
    static Zone find(const std::string& name);
    // The first that names a zone: $TZ, the link /etc/localtime, the file
    // /etc/timezone; else UTC.
    static Zone of_host();

    const std::string& name() const { return m_name; }

    LocalTime local(clock::WallTime time) const;
    // Nothing for a local time that a change of the clocks leaves out; the
    // earlier for one that comes twice, as systemd does.
    std::optional<clock::WallTime> instant(const LocalTime& local) const;
    // "CEST", or "+03" where a zone has no letters.
    std::string abbreviation(clock::WallTime time) const;
    // East of Greenwich is positive.
    std::chrono::seconds offset(clock::WallTime time) const;

private:
    Zone(const date::time_zone* zone, std::string name)
        : m_zone(zone), m_name(std::move(name)) {}

    const date::time_zone* m_zone;
    std::string m_name;
};

// "2026-11-22 10:15 CST", for people; of a zone that this machine does not
// know, "2026-11-22T02:15Z".
std::string minute_in(const std::string& zone_name, clock::WallTime time);

// The calendar and clock that `offset` gives, for a zone or for none.
LocalTime local_at(clock::WallTime time, std::chrono::seconds offset);

}  // namespace lark_batch::schedule
