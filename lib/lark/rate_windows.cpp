#include "lib/lark/rate_windows.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace lark_batch::lark {

namespace {

// A little longer than the server's windows, for clocks that tick coarsely.
constexpr clock::Duration k_second{1'020};
constexpr clock::Duration k_minute{60'100};

std::size_t calls(long long limit) {
    return limit > 0 ? static_cast<std::size_t>(limit) : 0;
}

}  // namespace

RateWindows::RateWindows(long long per_second, long long per_minute)
    : m_second{calls(per_second), k_second},
      m_minute{calls(per_minute), k_minute} {}

clock::Instant RateWindows::free_at(const Limit& limit) const {
    if (limit.calls == 0) {
        return Instant::min();
    }
    if (m_open >= limit.calls) {
        return Instant::max();
    }
    // The call whose leaving the window makes room for one more.
    const std::size_t back = limit.calls - m_open;
    return m_ended.size() < back
               ? Instant::min()
               : *(m_ended.end() - static_cast<std::ptrdiff_t>(back)) +
                     limit.window;
}

clock::Instant RateWindows::next_start() const {
    return std::max({free_at(m_second), free_at(m_minute), m_blocked_until});
}

std::size_t RateWindows::room_of(const Limit& limit, Instant now) const {
    if (limit.calls == 0) {
        return std::numeric_limits<std::size_t>::max();
    }
    const auto first =
        std::upper_bound(m_ended.begin(), m_ended.end(), now - limit.window);
    const auto taken =
        m_open + static_cast<std::size_t>(std::distance(first, m_ended.end()));
    return limit.calls - std::min(limit.calls, taken);
}

std::size_t RateWindows::room(Instant now) const {
    return now < m_blocked_until
               ? 0
               : std::min(room_of(m_second, now), room_of(m_minute, now));
}

void RateWindows::ended(Instant now) {
    --m_open;
    const std::size_t kept = std::max(m_second.calls, m_minute.calls);
    if (kept == 0) {
        return;
    }
    m_ended.push_back(now);
    if (m_ended.size() > kept) {
        m_ended.pop_front();
    }
}

void RateWindows::block_until(Instant end) {
    m_blocked_until = std::max(m_blocked_until, end);
}

}  // namespace lark_batch::lark
