#include "lib/schedule/zone.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "lib/errors/error.hpp"

namespace lark_batch::schedule {

namespace {

using namespace std::chrono_literals;

clock::WallTime at(const std::string& time) {
    return clock::parse_rfc3339(time).value();
}

std::string utc(const std::optional<clock::WallTime>& time) {
    return time ? clock::format_utc(*time) : "none";
}

// Sets $TZ and puts it back.
class Surroundings {
public:
    explicit Surroundings(const char* zone) {
        const char* before = std::getenv("TZ");
        m_before = before != nullptr ? before : "";
        m_had = before != nullptr;
        setenv("TZ", zone, 1);
    }
    Surroundings(const Surroundings&) = delete;
    Surroundings& operator=(const Surroundings&) = delete;
    ~Surroundings() {
        m_had ? setenv("TZ", m_before.c_str(), 1) : unsetenv("TZ");
    }

private:
    std::string m_before;
    bool m_had;
};

}  // namespace

TEST_CASE("zone: the wall's clock, its letters and its distance") {
    const Zone berlin = Zone::find("Europe/Berlin");
    const LocalTime local = berlin.local(at("2026-07-04T22:15:40Z"));
    CHECK(local.year == 2026);
    CHECK(local.month == 7);
    CHECK(local.day == 5);
    CHECK(local.hour == 0);
    CHECK(local.minute == 15);
    CHECK(local.second == 40);
    CHECK(local.weekday == 0);
    CHECK(berlin.name() == "Europe/Berlin");
    CHECK(berlin.abbreviation(at("2026-07-04T22:15:40Z")) == "CEST");
    CHECK(berlin.offset(at("2026-07-04T22:15:40Z")) == 2h);
    CHECK(berlin.offset(at("2027-01-04T22:15:40Z")) == 1h);
    CHECK(Zone::find("America/New_York").offset(at("2030-01-01T00:00:00Z")) ==
          -5h);
    CHECK(Zone::find("Asia/Kathmandu").offset(at("2026-01-01T00:00:00Z")) ==
          5h + 45min);
}

TEST_CASE("zone: a local time is an instant, unless the clocks change") {
    const Zone berlin = Zone::find("Europe/Berlin");
    CHECK(utc(berlin.instant({2026, 7, 5, 0, 15, 40, 0})) ==
          "2026-07-04T22:15:40.000Z");
    // 02:00 to 03:00 is left out, 02:00 and 03:00 are the borders.
    CHECK(utc(berlin.instant({2026, 3, 29, 1, 59, 59, 0})) ==
          "2026-03-29T00:59:59.000Z");
    CHECK(utc(berlin.instant({2026, 3, 29, 2, 0, 0, 0})) == "none");
    CHECK(utc(berlin.instant({2026, 3, 29, 2, 59, 59, 0})) == "none");
    CHECK(utc(berlin.instant({2026, 3, 29, 3, 0, 0, 0})) ==
          "2026-03-29T01:00:00.000Z");
    // 02:00 to 03:00 comes twice: the first is meant.
    CHECK(utc(berlin.instant({2026, 10, 25, 2, 30, 0, 0})) ==
          "2026-10-25T00:30:00.000Z");
    CHECK(utc(berlin.instant({2026, 10, 25, 3, 0, 0, 0})) ==
          "2026-10-25T02:00:00.000Z");
}

TEST_CASE("zone: a name that nobody knows is refused with the nearest") {
    try {
        Zone::find("Asia/Shangai");
        FAIL("it was found");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(std::string{error.what()} ==
              "time zone 'Asia/Shangai' is not known");
        CHECK(error.hint() == "did you mean 'Asia/Shanghai'?");
    }
    CHECK_THROWS_AS(Zone::find(""), errors::Error);
    CHECK_THROWS_AS(Zone::find("../../etc/passwd"), errors::Error);
}

TEST_CASE("zone: a minute for people, in UTC where the zone is not known") {
    const auto time = at("2026-11-22T02:15:40Z");
    CHECK(minute_in("Asia/Shanghai", time) == "2026-11-22 10:15 CST");
    CHECK(minute_in("Asia/Shangai", time) == "2026-11-22T02:15Z");
}

TEST_CASE("zone: the host's is the environment's, or else the system's") {
    {
        const Surroundings surroundings{":Asia/Kathmandu"};
        CHECK(Zone::of_host().name() == "Asia/Kathmandu");
    }
    // What names no zone is passed over.
    std::string of_system;
    {
        const Surroundings surroundings{""};
        of_system = Zone::of_host().name();
    }
    const Surroundings surroundings{"CET-1CEST,M3.5.0,M10.5.0/3"};
    CHECK(Zone::of_host().name() == of_system);
    CHECK(Zone::find(of_system).name() == of_system);
}

}  // namespace lark_batch::schedule
