// Which call starts when: a queue for each API, in the order of asking,
// behind that API's rate windows. Private to lib/lark.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/lark/client.hpp"
#include "lib/lark/pages.hpp"
#include "lib/lark/rate_windows.hpp"

namespace lark_batch::lark {

// What a page chain knows beyond its present page.
struct Chain {
    Pages pages;
    Client::OnData on_page;
    Client::OnEnd on_end;
};

struct Lane;

// One call from its queueing to its end, through all attempts.
struct Task {
    Lane* lane = nullptr;
    std::string url;  // of a chain: of its first page
    Client::OnData on_data;
    Client::OnFailure on_failure;
    std::unique_ptr<Chain> chain;  // none: a single call

    int attempts = 0;
    clock::Instant first_start;
    int token_generation = 0;
    bool token_renewed = false;
};

using TaskPtr = std::unique_ptr<Task>;

struct Lane {
    std::string api;
    RateWindows windows;
    std::deque<TaskPtr> ready;
};

class Schedule {
public:
    Schedule(long long per_second, long long per_minute)
        : m_per_second(per_second), m_per_minute(per_minute) {}

    // The lane of a route template, made at its first call.
    Lane& lane(const std::string& api);

    void add_last(TaskPtr task);
    // Continuations and repeats: what has begun is finished first.
    void add_first(TaskPtr task);
    void add_at(clock::Instant when, TaskPtr task);

    // The next call that may start now, counted as started in its rate
    // windows; null when there is none. The lanes take turns.
    TaskPtr take(clock::Instant now);

    // The earliest instant at which take() may find something;
    // Instant::max() when only an answer can change that.
    clock::Instant next_start() const;

    // All calls that are not under way, for a common end.
    std::vector<TaskPtr> take_all();

private:
    void promote(clock::Instant now);

    long long m_per_second;
    long long m_per_minute;
    std::vector<std::unique_ptr<Lane>> m_lanes;  // a handful
    std::size_t m_turn = 0;
    std::multimap<clock::Instant, TaskPtr> m_later;
};

}  // namespace lark_batch::lark
