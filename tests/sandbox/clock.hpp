#pragma once

#include <chrono>
#include <cstdint>

namespace lark_batch::sandbox {

inline constexpr std::int64_t k_second_ns = 1'000'000'000;

inline std::int64_t steady_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Wall time for token lives; tests move it forward instead of waiting.
class WallClock {
public:
    [[nodiscard]] std::int64_t milliseconds() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count() +
               m_ahead * 1000;
    }
    [[nodiscard]] std::int64_t seconds() const { return milliseconds() / 1000; }
    void advance(std::int64_t seconds) { m_ahead += seconds; }

private:
    std::int64_t m_ahead = 0;
};

}  // namespace lark_batch::sandbox
