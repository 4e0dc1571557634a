#include "lib/lark/rate_windows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <queue>
#include <vector>

using lark_batch::clock::Duration;
using lark_batch::clock::FakeClock;
using lark_batch::clock::Instant;
using lark_batch::lark::RateWindows;

namespace {

// The most entries that any window of that length holds.
std::size_t densest(std::vector<Instant> times, Duration window) {
    std::sort(times.begin(), times.end());
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < times.size(); ++last) {
        while (times[last] - times[first] >= window) {
            ++first;
        }
        most = std::max(most, last - first + 1);
    }
    return most;
}

// Calls as fast as allowed with 16 under way; an answer takes up to
// `latency`, and the server counts the call at any time in between.
std::vector<Instant> counted_by_server(Duration latency, Duration total) {
    FakeClock clock;
    RateWindows windows{50, 1000};
    std::priority_queue<Instant, std::vector<Instant>, std::greater<>> ends;
    std::vector<Instant> counted;
    std::uint64_t dice = 1;
    while (clock.instant() < Instant{total}) {
        while (!ends.empty() && ends.top() <= clock.instant()) {
            ends.pop();
            windows.ended(clock.instant());
        }
        while (ends.size() < 16 && windows.next_start() <= clock.instant()) {
            windows.started();
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            const Duration whole = latency / 2 + (latency / 2) * (dice >> 63);
            const auto share = static_cast<int>((dice >> 40) % 100);
            ends.push(clock.instant() + whole);
            counted.push_back(clock.instant() + whole * share / 100);
        }
        clock.advance(Duration{1});
    }
    return counted;
}

}  // namespace

TEST_CASE("rate windows: the 51st call of a second waits for the first") {
    FakeClock clock;
    RateWindows windows{50, 1000};
    for (int i = 0; i < 50; ++i) {
        REQUIRE(windows.next_start() <= clock.instant());
        windows.started();
        windows.ended(clock.instant());
        clock.advance(Duration{1});
    }
    const Instant next = windows.next_start();
    CHECK(next > clock.instant());
    CHECK(next >= Instant{Duration{1'000}});
    CHECK(next <= Instant{Duration{1'050}});
}

TEST_CASE("rate windows: open calls fill the window until they end") {
    FakeClock clock;
    RateWindows windows{2, 0};
    windows.started();
    windows.started();
    CHECK(windows.next_start() == Instant::max());
    clock.advance(Duration{5'000});
    windows.ended(clock.instant());
    CHECK(windows.next_start() > clock.instant());
    CHECK(windows.next_start() <= clock.instant() + Duration{1'050});
}

TEST_CASE("rate windows: without limits nothing waits") {
    RateWindows windows{0, 0};
    for (int i = 0; i < 5'000; ++i) {
        windows.started();
    }
    CHECK(windows.next_start() <= Instant{});
}

TEST_CASE("rate windows: a block holds everything until its end") {
    RateWindows windows{0, 0};
    windows.block_until(Instant{Duration{52'000}});
    windows.block_until(Instant{Duration{10'000}});
    CHECK(windows.next_start() == Instant{Duration{52'000}});
}

TEST_CASE("rate windows: no server window ever overflows, and 95 % are used") {
    for (const Duration latency : {Duration{2}, Duration{50}, Duration{300}}) {
        CAPTURE(latency.count());
        const auto counted = counted_by_server(latency, Duration{4 * 60'000});
        CHECK(densest(counted, Duration{1'000}) <= 50);
        CHECK(densest(counted, Duration{60'000}) <= 1000);
        CHECK(counted.size() >= 4 * 950);
    }
}

TEST_CASE("rate_windows: the room is what may start at once") {
    RateWindows windows{3, 4};
    const Instant now{Duration{5'000}};
    CHECK(windows.room(now) == 3);
    windows.started();
    CHECK(windows.room(now) == 2);
    windows.ended(now);
    CHECK(windows.room(now + Duration{1'019}) == 2);
    CHECK(windows.room(now + Duration{1'020}) == 3);
    for (int i = 0; i < 3; ++i) {
        windows.started();
    }
    CHECK(windows.room(now + Duration{1'020}) == 0);
    CHECK(RateWindows(0, 0).room(now) > 1'000'000);
}

TEST_CASE("rate_windows: a pause that the server asked for leaves no room") {
    RateWindows windows{3, 0};
    windows.block_until(Instant{Duration{100}});
    CHECK(windows.room(Instant{Duration{99}}) == 0);
    CHECK(windows.room(Instant{Duration{100}}) == 3);
}
