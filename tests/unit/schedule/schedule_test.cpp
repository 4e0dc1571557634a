#include "lib/schedule/schedule.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "lib/text/strings.hpp"

namespace lark_batch::schedule {

namespace {

using namespace std::chrono_literals;
using clock::WallTime;

WallTime at(const std::string& time) {
    return clock::parse_rfc3339(time).value();
}

std::string utc(const std::optional<WallTime>& time) {
    return time ? clock::format_utc(*time).substr(0, 16) : "none";
}

std::string next_of(const Schedule& schedule, const std::string& time,
                    int count) {
    std::vector<std::string> parts;
    for (const WallTime slot : schedule.next(at(time), count)) {
        parts.push_back(utc(slot));
    }
    return text::join(parts, " ");
}

// A field with the values that it stands for, made without our parser.
struct MadeField {
    std::string text;
    std::set<int> values;
    bool any = false;
};

struct MadeCron {
    MadeField minute, hour, day, month, weekday;

    std::string text() const {
        return fmt::format("{} {} {} {} {}", minute.text, hour.text, day.text,
                           month.text, weekday.text);
    }
    bool names(const LocalTime& local) const {
        const bool by_day = day.values.contains(local.day);
        const bool by_weekday = weekday.values.contains(local.weekday);
        return minute.values.contains(local.minute) &&
               hour.values.contains(local.hour) &&
               month.values.contains(local.month) &&
               (day.any || weekday.any ? by_day && by_weekday
                                       : by_day || by_weekday);
    }
};

class Maker {
public:
    explicit Maker(unsigned seed) : m_random(seed) {}

    int number(int first, int last) {
        return std::uniform_int_distribution{first, last}(m_random);
    }

    MadeField everything(int first, int last) {
        MadeField field{"*", {}, true};
        add(field, first, last, 1);
        return field;
    }

    MadeField list(int first, int last) {
        MadeField field;
        for (int left = number(1, 3); left > 0; --left) {
            field.text += field.text.empty() ? "" : ",";
            const int low = number(first, last);
            const int high = number(low, last);
            const int step = high - low > 1 ? number(1, high - low) : 1;
            if (number(0, 1) == 0) {
                field.text += std::to_string(low);
                add(field, low, low, 1);
            } else {
                field.text += fmt::format("{}-{}/{}", low, high, step);
                add(field, low, high, step);
            }
        }
        return field;
    }

    MadeField field(int first, int last) {
        switch (number(0, 3)) {
            case 0:
                return everything(first, last);
            case 1: {
                const int step = number(2, (last - first) / 2);
                MadeField field{fmt::format("*/{}", step), {}};
                add(field, first, last, step);
                return field;
            }
            default:
                return list(first, last);
        }
    }

    // Days by lists only: a step of everything beside the other is refused.
    MadeCron cron() {
        return {field(0, 59), field(0, 23),
                number(0, 2) != 0 ? everything(1, 31) : list(1, 31),
                everything(1, 12),
                number(0, 2) != 0 ? everything(0, 6) : list(0, 6)};
    }

private:
    static void add(MadeField& field, int first, int last, int step) {
        for (int value = first; value <= last; value += step) {
            field.values.insert(value);
        }
    }

    std::mt19937 m_random;
};

// Every minute of some days with what the clock on the wall shows, without
// those that it showed before.
std::map<WallTime, LocalTime> minutes_of(const Zone& zone, WallTime from,
                                         std::chrono::hours length) {
    std::map<WallTime, LocalTime> minutes;
    std::set<std::tuple<int, int, int, int, int>> seen;
    for (WallTime time = from; time < from + length; time += 1min) {
        const LocalTime local = zone.local(time);
        if (seen.emplace(local.year, local.month, local.day, local.hour,
                         local.minute)
                .second) {
            minutes.emplace(time, local);
        }
    }
    return minutes;
}

struct Window {
    const char* zone;
    const char* from;  // not within a repeated hour
};

constexpr Window k_windows[] = {
    {"Europe/Berlin", "2026-03-28T00:00:00Z"},
    {"Europe/Berlin", "2026-10-24T00:00:00Z"},
    {"Asia/Shanghai", "2026-12-31T00:00:00Z"},
    {"Australia/Lord_Howe", "2027-04-02T10:00:00Z"},  // back by half an hour
    {"Africa/Cairo", "2026-04-23T00:00:00Z"},         // midnight left out
    {"America/Havana", "2026-10-31T00:00:00Z"},       // midnight comes twice
};

void check_against(const std::set<WallTime>& slots, const Schedule& schedule,
                   WallTime time) {
    CAPTURE(utc(time));
    const auto next = slots.upper_bound(time);
    if (next != slots.end()) {
        REQUIRE(utc(schedule.next_after(time)) == utc(*next));
    }
    if (next != slots.begin()) {
        REQUIRE(utc(schedule.last_until(time)) == utc(*std::prev(next)));
    }
    const auto minute = std::chrono::floor<std::chrono::minutes>(time);
    REQUIRE(schedule.names_minute_of(time) == slots.contains(minute));
}

}  // namespace

TEST_CASE("schedule: agrees with a look at every minute") {
    constexpr auto length = 72h;
    Maker maker{20261122};
    for (const Window& window : k_windows) {
        const WallTime from = at(window.from);
        const auto minutes = minutes_of(Zone::find(window.zone), from, length);
        for (int round = 0; round < 60; ++round) {
            const MadeCron made = maker.cron();
            CAPTURE(window.zone);
            CAPTURE(made.text());
            const Schedule schedule{made.text(), window.zone};
            std::set<WallTime> slots;
            for (const auto& [time, local] : minutes) {
                if (made.names(local)) {
                    slots.insert(time);
                }
            }
            for (int look = 0; look < 20; ++look) {
                check_against(slots, schedule,
                              from + std::chrono::seconds{
                                         maker.number(0, 72 * 3600 - 1)});
            }
        }
    }
}

TEST_CASE("schedule: next is strictly after, last is at or before") {
    const Schedule daily{"0 3 * * *", "Asia/Shanghai"};
    CHECK(utc(daily.next_after(at("2026-11-21T18:59:59Z"))) ==
          "2026-11-21T19:00");
    CHECK(utc(daily.next_after(at("2026-11-21T19:00:00Z"))) ==
          "2026-11-22T19:00");
    CHECK(utc(daily.last_until(at("2026-11-21T19:00:00Z"))) ==
          "2026-11-21T19:00");
    CHECK(utc(daily.last_until(at("2026-11-21T19:00:00Z") - 1ms)) ==
          "2026-11-20T19:00");
    CHECK(daily.names_minute_of(at("2026-11-21T19:00:59Z")));
    CHECK_FALSE(daily.names_minute_of(at("2026-11-21T19:01:00Z")));
}

TEST_CASE("schedule: a local time that is left out has no slot") {
    const Schedule night{"30 2 * * *", "Europe/Berlin"};
    CHECK(next_of(night, "2026-03-28T00:00:00Z", 3) ==
          "2026-03-28T01:30 2026-03-30T00:30 2026-03-31T00:30");
    CHECK(utc(night.last_until(at("2026-03-29T12:00:00Z"))) ==
          "2026-03-28T01:30");
    // What is due again and again goes on behind the gap.
    CHECK(next_of({"*/30 * * * *", "Europe/Berlin"}, "2026-03-29T00:00:00Z",
                  3) == "2026-03-29T00:30 2026-03-29T01:00 2026-03-29T01:30");
}

TEST_CASE("schedule: a local time that comes twice has its slot once") {
    const Schedule night{"30 2 * * *", "Europe/Berlin"};
    CHECK(next_of(night, "2026-10-24T00:00:00Z", 3) ==
          "2026-10-24T00:30 2026-10-25T00:30 2026-10-26T01:30");
    CHECK_FALSE(night.names_minute_of(at("2026-10-25T01:30:00Z")));
    // The second pass is skipped, as systemd does.
    const Schedule often{"*/20 * * * *", "Europe/Berlin"};
    CHECK(next_of(often, "2026-10-25T00:20:00Z", 3) ==
          "2026-10-25T00:40 2026-10-25T02:00 2026-10-25T02:20");
    CHECK(utc(often.last_until(at("2026-10-25T01:05:00Z"))) ==
          "2026-10-25T00:40");
}

TEST_CASE("schedule: rare days are found, in both directions") {
    const Schedule leap{"0 12 29 2 *", "UTC"};
    CHECK(next_of(leap, "2026-01-01T00:00:00Z", 2) ==
          "2028-02-29T12:00 2032-02-29T12:00");
    CHECK(utc(leap.last_until(at("2026-01-01T00:00:00Z"))) ==
          "2024-02-29T12:00");
    // 2100 is no leap year.
    CHECK(utc(leap.next_after(at("2097-01-01T00:00:00Z"))) ==
          "2104-02-29T12:00");
}

}  // namespace lark_batch::schedule
