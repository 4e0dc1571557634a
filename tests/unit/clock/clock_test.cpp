#include "lib/clock/clock.hpp"

#include <doctest/doctest.h>
#include <sys/time.h>

#include <algorithm>
#include <csignal>
#include <set>

namespace lark_batch::clock {

namespace {

using namespace std::chrono_literals;

constexpr WallTime k_time{Duration{1'795'313'740'123}};

WallTime at(long long seconds) {
    return WallTime{std::chrono::seconds{seconds}};
}

}  // namespace

TEST_CASE("clock: the fake stands still until it is told to move") {
    FakeClock clock{k_time};
    CHECK(clock.now() == k_time);
    const Instant begin = clock.instant();
    clock.sleep(90s);
    clock.advance(500ms);
    CHECK(clock.now() == k_time + 90'500ms);
    CHECK(clock.instant() - begin == 90'500ms);
}

TEST_CASE("clock: the system's sleep ends when a signal arrives") {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, &before);
    // Again and again: the first may come before the sleep.
    const itimerval soon{{0, 5'000}, {0, 5'000}};
    const itimerval never{};
    setitimer(ITIMER_REAL, &soon, nullptr);
    const Instant begin = system_clock().instant();
    system_clock().sleep(60s);
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before, nullptr);
    CHECK(system_clock().instant() - begin < 30s);
}

TEST_CASE("clock: the system's sleep takes nothing for less than nothing") {
    const Instant begin = system_clock().instant();
    system_clock().sleep(-60s);
    CHECK(system_clock().instant() - begin < 30s);
}

TEST_CASE("deadline: what is left shrinks to zero and never below") {
    FakeClock clock;
    const Deadline deadline{clock, 10s};
    CHECK(deadline.remaining() == 10s);
    CHECK(deadline.at_most(3s) == 3s);
    clock.advance(9'999ms);
    CHECK(deadline.at_most(3s) == 1ms);
    CHECK_FALSE(deadline.passed());
    clock.advance(1ms);
    CHECK(deadline.passed());
    clock.advance(1h);
    CHECK(deadline.remaining() == 0ms);
    CHECK(deadline.at_most(3s) == 0ms);
}

TEST_CASE("deadline: without an end nothing is cut short") {
    FakeClock clock;
    const Deadline deadline{clock};
    clock.advance(std::chrono::years{100});
    CHECK(deadline.at_most(Duration::max()) == Duration::max());
    CHECK_FALSE(deadline.passed());
}

TEST_CASE("deadline: the longest time that can be written is no overflow") {
    FakeClock clock{k_time};
    clock.advance(1h);
    const Deadline deadline{clock, Duration::max()};
    CHECK_FALSE(deadline.passed());
    CHECK(deadline.at_most(5s) == 5s);
}

TEST_CASE("backoff: waits grow to the cap and keep within their bounds") {
    Backoff backoff{100ms, 1s, 7};
    const Duration ceilings[] = {100ms, 200ms, 400ms, 800ms, 1s, 1s};
    for (int attempt = 1; attempt <= 6; ++attempt) {
        Duration longest{0};
        for (int i = 0; i < 300; ++i) {
            const Duration wait = backoff.wait(attempt);
            CHECK(wait >= 0ms);
            longest = std::max(longest, wait);
        }
        CAPTURE(attempt);
        CHECK(longest <= ceilings[attempt - 1]);
        CHECK(longest > ceilings[attempt - 1] / 2);  // jitter uses it all
    }
}

TEST_CASE("backoff: a thousandth attempt is one as long as the cap") {
    Backoff backoff{1s, 1h, 3};
    const Duration wait = backoff.wait(1'000);
    CHECK(wait >= 0ms);
    CHECK(wait <= 1h);
}

TEST_CASE("backoff: clients with other seeds do not come back in step") {
    std::set<Duration> waits;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        waits.insert(Backoff{10s, 1h, seed}.wait(1));
    }
    CHECK(waits.size() > 45);
    CHECK(Backoff{10s, 1h, 4}.wait(1) == Backoff{10s, 1h, 4}.wait(1));
}

TEST_CASE("clock: a time is written in UTC with milliseconds") {
    CHECK(format_utc(k_time) == "2026-11-22T02:15:40.123Z");
    CHECK(format_utc(at(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(format_utc(WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
    CHECK(format_utc(at(1'709'164'800)) == "2024-02-29T00:00:00.000Z");
}

TEST_CASE("clock: RFC 3339 is read with every offset and fraction") {
    const WallTime time = at(1'795'313'740);
    CHECK(parse_rfc3339("2026-11-22T02:15:40Z") == time);
    CHECK(parse_rfc3339("2026-11-22T02:15:40z") == time);
    CHECK(parse_rfc3339("2026-11-22T10:15:40+08:00") == time);
    CHECK(parse_rfc3339("2026-11-21T22:45:40-03:30") == time);
    CHECK(parse_rfc3339("2026-11-22T02:15:40-00:00") == time);
    CHECK(parse_rfc3339("2026-11-22T02:15:40.9Z") == time);
    CHECK(parse_rfc3339("2026-11-22T10:15:40.123456789+08:00") == time);
    CHECK(parse_rfc3339("0001-01-01T00:00:00Z"));  // Alertmanager's "never"
}

TEST_CASE("clock: what was written is read back, but for the fraction") {
    for (const long long seconds :
         {0LL, -1LL, 951'782'400LL, 4'102'444'800LL}) {
        CHECK(parse_rfc3339(format_utc(at(seconds))) == at(seconds));
    }
}

TEST_CASE("clock: leap days exist in leap years only") {
    CHECK(parse_rfc3339("2024-02-29T00:00:00Z") == at(1'709'164'800));
    CHECK(parse_rfc3339("2000-02-29T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("2100-02-29T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("2026-04-31T00:00:00Z"));
}

TEST_CASE("clock: what is not RFC 3339 is nothing") {
    for (const auto* text : {"",
                             "now",
                             "2026-11-22",
                             "2026-11-22 02:15:40Z",
                             "2026-11-22T02:15:40",
                             "2026-11-22T02:15Z",
                             "2026-11-22T02:15:40.Z",
                             "2026-11-22T02:15:40ZZ",
                             "2026-11-22T02:15:40Z ",
                             " 2026-11-22T02:15:40Z",
                             "2026-1-22T02:15:40Z",
                             "26-11-22T02:15:40Z",
                             "2026-13-22T02:15:40Z",
                             "2026-11-32T02:15:40Z",
                             "2026-00-22T02:15:40Z",
                             "2026-11-00T02:15:40Z",
                             "2026-11-22T24:15:40Z",
                             "2026-11-22T02:60:40Z",
                             "2026-11-22T02:15:40 +08:00",
                             "2026-11-22T02:15:40+08",
                             "2026-11-22T02:15:40+0800",
                             "2026-11-22T02:15:40+08:60",
                             "2026-11-22T02:15:40+8:00",
                             "2026-11-22T02:15:40+",
                             "2026-11-22T02:15:40UTC",
                             "2026-11-22T02:15:40.5",
                             "-2026-11-22T02:15:40Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text));
    }
    CHECK_FALSE(parse_rfc3339(std::string{"2026-11-22T02:15:40Z\0x", 22}));
}

TEST_CASE("clock: metrics get seconds with their fraction") {
    CHECK(unix_seconds(k_time) == doctest::Approx(1'795'313'740.123));
    CHECK(unix_seconds(WallTime{1ms}) == 0.001);
}

TEST_CASE("clock: a run's id is a version 4 UUID, another every time") {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const std::string id = random_uuid();
        REQUIRE(id.size() == 36);
        for (std::size_t place = 0; place < id.size(); ++place) {
            const bool dash =
                place == 8 || place == 13 || place == 18 || place == 23;
            const std::string allowed = dash ? "-" : "0123456789abcdef";
            CHECK(allowed.find(id[place]) != std::string::npos);
        }
        CHECK(id[14] == '4');
        CHECK(std::string{"89ab"}.find(id[19]) != std::string::npos);
        seen.insert(id);
    }
    CHECK(seen.size() == 200);
    CHECK(random_seed() != random_seed());
}

}  // namespace lark_batch::clock
