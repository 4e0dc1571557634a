// Time, sleep and chance come through here, so that a retry test takes 0 ms
// and a test of the year's end needs no patience. Nothing else in the tree
// asks the system for the time or sleeps.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lark_batch::clock {

using Duration = std::chrono::milliseconds;
using WallTime = std::chrono::time_point<std::chrono::system_clock,
                                         std::chrono::milliseconds>;
using Instant = std::chrono::time_point<std::chrono::steady_clock,
                                        std::chrono::microseconds>;

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime now() const = 0;
    virtual Instant instant() const = 0;
    virtual void sleep(Duration duration) = 0;
};

// The machine's own clock; its sleep ends early when a signal arrives.
Clock& system_clock();

// A clock that stands still until told to move; sleeping moves it.
class FakeClock : public Clock {
public:
    explicit FakeClock(WallTime start = WallTime{}) : m_now(start) {}

    WallTime now() const override { return m_now; }
    Instant instant() const override { return Instant{m_elapsed}; }
    void sleep(Duration duration) override { advance(duration); }
    void advance(Duration duration) {
        m_now += duration;
        m_elapsed += duration;
    }

private:
    WallTime m_now;
    std::chrono::microseconds m_elapsed{0};
};

// The end of a run's time. Every wait takes what is left of it.
class Deadline {
public:
    // No end at all.
    explicit Deadline(const Clock& clock) : m_clock(&clock) {}
    // Too long to be counted is no end either.
    Deadline(const Clock& clock, Duration allowed)
        : m_clock(&clock),
          m_end(allowed > k_longest ? Instant::max()
                                    : clock.instant() + allowed) {}

    // Never negative; Duration::max() without an end.
    Duration remaining() const;
    bool passed() const { return remaining() == Duration::zero(); }
    // The smaller of `wish` and what is left.
    Duration at_most(Duration wish) const;

private:
    static constexpr Duration k_longest = std::chrono::years{10'000};

    const Clock* m_clock;
    Instant m_end = Instant::max();
};

// Exponential waiting with full jitter: try n waits a random time between
// zero and min(cap, base * 2^(n-1)), so that many clients do not come back in
// step.
class Backoff {
public:
    Backoff(Duration base, Duration cap, std::uint64_t seed);

    // The wait before retry number `attempt`, counted from 1.
    Duration wait(int attempt);

private:
    std::uint64_t random();

    Duration m_base;
    Duration m_cap;
    std::uint64_t m_state;
};

// 2026-11-22T02:15:40.123Z
std::string format_utc(WallTime time);

// Reads RFC 3339 ("2026-11-22T10:15:40+08:00", a fraction is ignored);
// nothing when it is not one or no day of the calendar.
std::optional<WallTime> parse_rfc3339(const std::string& text);

// Seconds since 1970 with fraction, as metrics want them.
double unix_seconds(WallTime time);

// A number nobody can guess in advance, for run ids and jitter.
std::uint64_t random_seed();

// A random version 4 UUID in lower case (RFC 9562, section 5.4).
std::string random_uuid();

}  // namespace lark_batch::clock
