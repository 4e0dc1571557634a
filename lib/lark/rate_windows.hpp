// The two limits of one API of one app: calls per second and per minute,
// both over sliding windows, as the platform counts them.
// https://open.larkoffice.com/document/ukTMukTMukTM/uUzN04SN3QjL1cDN.md
//
// A call occupies its place from its start until a window's length after its
// end: the server counted it somewhere in between, so however the network
// delays it, no window of the server's can hold more than the limit.
#pragma once

#include <cstddef>
#include <deque>

#include "lib/clock/clock.hpp"

namespace lark_batch::lark {

class RateWindows {
public:
    using Instant = clock::Instant;

    // 0: no limit of ours.
    RateWindows(long long per_second, long long per_minute);

    // When the next call may start: `now` or earlier means at once,
    // Instant::max() not before one of the open calls ends.
    Instant next_start() const;

    // How many calls may start at once; a huge number without limits.
    std::size_t room(Instant now) const;

    void started() { ++m_open; }
    void ended(Instant now);

    // The server asked for a pause; the longest one counts.
    void block_until(Instant end);

private:
    struct Limit {
        std::size_t calls;  // 0: none
        clock::Duration window;
    };

    std::size_t room_of(const Limit& limit, Instant now) const;
    Instant free_at(const Limit& limit) const;

    Limit m_second;
    Limit m_minute;
    std::size_t m_open = 0;
    std::deque<Instant> m_ended;  // ascending, as many as a limit looks at
    Instant m_blocked_until = Instant::min();
};

}  // namespace lark_batch::lark
