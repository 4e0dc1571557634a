#include "lib/clock/clock.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "lib/errors/error.hpp"

namespace lark_batch::clock {

namespace {

using std::chrono::duration_cast;

class SystemClock : public Clock {
public:
    WallTime now() const override {
        return std::chrono::time_point_cast<Duration>(
            std::chrono::system_clock::now());
    }
    Instant instant() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now());
    }
    void sleep(Duration duration) override {
        const auto count = std::max<Duration::rep>(duration.count(), 0);
        const timespec time{count / 1000, (count % 1000) * 1'000'000};
        // A signal ends it early (EINTR): the caller looks at its stop flag.
        nanosleep(&time, nullptr);
    }
};

// splitmix64: enough for jitter, never for secrets.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

void fill_random(void* target, std::size_t size) {
    if (getrandom(target, size, 0) != static_cast<ssize_t>(size)) {
        throw errors::Error{errors::Kind::unavailable,
                            "the kernel gave no random bytes"};
    }
}

// strptime() is lenient: it takes one digit for two and leading blanks.
bool has_shape(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    return text.size() >= shape.size() &&
           std::equal(shape.begin(), shape.end(), text.begin(),
                      [](char wanted, char c) {
                          return wanted == '0' ? c >= '0' && c <= '9'
                                               : c == wanted;
                      });
}

// A day of the calendar: no February 30.
bool exists(const tm& parts) {
    using namespace std::chrono;
    return year_month_day{year{parts.tm_year + 1900},
                          month{static_cast<unsigned>(parts.tm_mon + 1)},
                          day{static_cast<unsigned>(parts.tm_mday)}}
        .ok();
}

// The rest after ".123", or as it was without digits.
std::string after_fraction(const std::string& rest) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    return rest.starts_with('.') && end != 1 && end != rest.npos
               ? rest.substr(end)
               : rest;
}

// Seconds east of Greenwich, of "Z" or "+08:00" and nothing after it.
std::optional<long> offset_of(const std::string& zone) {
    if (zone == "Z" || zone == "z") {
        return 0;
    }
    tm parts{};
    const char* end = strptime(zone.c_str(), "%z", &parts);
    const bool whole = zone.size() == 6 && zone[3] == ':' && end != nullptr &&
                       end == zone.c_str() + zone.size();
    return whole ? std::optional{parts.tm_gmtoff} : std::nullopt;
}

}  // namespace

Clock& system_clock() {
    static SystemClock instance;
    return instance;
}

Duration Deadline::remaining() const {
    if (m_end == Instant::max()) {
        return Duration::max();
    }
    const auto left = m_end - m_clock->instant();
    // Rounded up: a wait for the rest must not end just before the end.
    return std::max(std::chrono::ceil<Duration>(left), Duration::zero());
}

Duration Deadline::at_most(Duration wish) const {
    return std::min(wish, remaining());
}

Backoff::Backoff(Duration base, Duration cap, std::uint64_t seed)
    : m_base(base), m_cap(cap), m_state(seed) {}

std::uint64_t Backoff::random() {
    m_state += 0x9e3779b97f4a7c15ULL;
    return mix(m_state);
}

Duration Backoff::wait(int attempt) {
    Duration ceiling = m_base;
    for (int i = 1; i < attempt && ceiling < m_cap; ++i) {
        ceiling *= 2;
    }
    ceiling = std::min(ceiling, m_cap);
    const auto span = static_cast<std::uint64_t>(ceiling.count()) + 1;
    return Duration{static_cast<Duration::rep>(random() % span)};
}

std::string format_utc(WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const time_t count = seconds.time_since_epoch().count();
    const auto millis = duration_cast<Duration>(time - seconds).count();
    tm parts{};
    gmtime_r(&count, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec, millis);
}

std::optional<WallTime> parse_rfc3339(const std::string& text) {
    tm parts{};
    if (!has_shape(text) ||
        strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr ||
        !exists(parts)) {
        return std::nullopt;
    }
    const auto offset = offset_of(after_fraction(text.substr(19)));
    if (!offset) {
        return std::nullopt;
    }
    return WallTime{std::chrono::seconds{timegm(&parts) - *offset}};
}

double unix_seconds(WallTime time) {
    return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    fill_random(&seed, sizeof seed);
    return seed;
}

std::string random_uuid() {
    std::array<unsigned char, 16> bytes{};
    fill_random(bytes.data(), bytes.size());
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool dash = i == 4 || i == 6 || i == 8 || i == 10;
        text += fmt::format("{}{:02x}", dash ? "-" : "", bytes[i]);
    }
    return text;
}

}  // namespace lark_batch::clock
