#include "tests/sandbox/rates.hpp"

#include <algorithm>

#include "tests/sandbox/clock.hpp"

namespace lark_batch::sandbox {

void Window::push(std::int64_t now) {
    m_times.push_back(now);
    m_peak = std::max(m_peak, count(now));
}

std::size_t Window::count(std::int64_t now) {
    while (!m_times.empty() && m_times.front() <= now - m_span) {
        m_times.pop_front();
    }
    return m_times.size();
}

std::int64_t Window::free_at() const {
    return m_times.empty() ? 0 : m_times.front() + m_span;
}

Counter::Counter()
    : second(k_second_ns),
      minute(60 * k_second_ns),
      allowed_second(k_second_ns),
      allowed_minute(60 * k_second_ns) {}

std::optional<int> Rates::arrive(const Key& key, std::int64_t now,
                                 int per_second, int per_minute) {
    Counter& counter = m_counters[key];
    ++counter.total;
    counter.second.push(now);
    counter.minute.push(now);
    std::int64_t free_at = 0;
    const auto full = [now](Window& window, int limit) {
        return limit > 0 &&
               window.count(now) >= static_cast<std::size_t>(limit);
    };
    if (full(counter.allowed_second, per_second)) {
        free_at = counter.allowed_second.free_at();
    }
    if (full(counter.allowed_minute, per_minute)) {
        free_at = std::max(free_at, counter.allowed_minute.free_at());
    }
    if (free_at > 0) {
        return static_cast<int>((free_at - now) / k_second_ns + 1);
    }
    if (per_second > 0 || per_minute > 0) {
        counter.allowed_second.push(now);
        counter.allowed_minute.push(now);
    }
    return std::nullopt;
}

void Rates::finish(const Key& key, int status) {
    ++m_counters[key].by_status[status];
}

}  // namespace lark_batch::sandbox
