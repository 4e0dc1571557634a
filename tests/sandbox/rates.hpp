#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "tests/sandbox/routes.hpp"

namespace lark_batch::sandbox {

// Calls of the last `span` nanoseconds, and the most there ever were at once.
// Exact: every arrival time is kept until it leaves the window.
class Window {
public:
    explicit Window(std::int64_t span) : m_span(span) {}

    void push(std::int64_t now);
    [[nodiscard]] std::size_t count(std::int64_t now);
    [[nodiscard]] std::size_t peak() const { return m_peak; }
    // When the oldest call leaves the window.
    [[nodiscard]] std::int64_t free_at() const;

private:
    std::int64_t m_span;
    std::deque<std::int64_t> m_times;
    std::size_t m_peak = 0;
};

// Limits and statistics of one API for one app. Refused calls count in
// `second` and `minute` (what the client did) but not against the limit.
struct Counter {
    Counter();
    std::uint64_t total = 0;
    std::map<int, std::uint64_t> by_status;
    Window second;
    Window minute;
    Window allowed_second;
    Window allowed_minute;
};

class Rates {
public:
    // App -1 collects calls whose app is unknown.
    using Key = std::pair<const Route*, int>;

    // Counts an arrival. A value means: refused, free again in that many
    // seconds. A limit of 0 means none.
    std::optional<int> arrive(const Key& key, std::int64_t now, int per_second,
                              int per_minute);
    void finish(const Key& key, int status);

    [[nodiscard]] const std::map<Key, Counter>& counters() const {
        return m_counters;
    }
    void reset() { m_counters.clear(); }

private:
    std::map<Key, Counter> m_counters;
};

}  // namespace lark_batch::sandbox
