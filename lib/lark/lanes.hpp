// Which call starts when: a queue for each API, in the order of asking,
// behind that API's rate windows. Private to lib/lark.
#pragma once

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/lark/rate_windows.hpp"

namespace lark_batch::lark {

template <typename Job>
struct LaneOf {
    std::string api;
    RateWindows windows;
    std::deque<std::unique_ptr<Job>> ready;
};

// A Job is one call, which knows its lane as `lane`.
template <typename Job>
class Lanes {
public:
    using Instant = clock::Instant;
    using JobPtr = std::unique_ptr<Job>;
    using Lane = LaneOf<Job>;

    Lanes(long long per_second, long long per_minute)
        : m_per_second(per_second), m_per_minute(per_minute) {}

    // The lane of a route template, made at its first call.
    Lane& lane(const std::string& api) {
        const auto found =
            std::find_if(m_lanes.begin(), m_lanes.end(),
                         [&](const auto& each) { return each->api == api; });
        if (found != m_lanes.end()) {
            return **found;
        }
        m_lanes.push_back(std::make_unique<Lane>(
            Lane{api, RateWindows{m_per_second, m_per_minute}, {}}));
        return *m_lanes.back();
    }

    void add_last(JobPtr job) {
        Lane& lane = *job->lane;
        lane.ready.push_back(std::move(job));
    }

    // Continuations and repeats: what has begun is finished first.
    void add_first(JobPtr job) {
        Lane& lane = *job->lane;
        lane.ready.push_front(std::move(job));
    }

    void add_at(Instant when, JobPtr job) {
        m_later.emplace(when, std::move(job));
    }

    // The next call that may start now, counted as started in its rate
    // windows; null when there is none. The lanes take turns.
    JobPtr take(Instant now) {
        promote(now);
        for (std::size_t i = 0; i < m_lanes.size(); ++i) {
            m_turn = (m_turn + 1) % m_lanes.size();
            Lane& lane = *m_lanes[m_turn];
            if (!lane.ready.empty() && lane.windows.next_start() <= now) {
                JobPtr job = std::move(lane.ready.front());
                lane.ready.pop_front();
                lane.windows.started();
                return job;
            }
        }
        return nullptr;
    }

    // The earliest instant at which take() may find something;
    // Instant::max() when only an answer can change that.
    Instant next_start() const {
        Instant next =
            m_later.empty() ? Instant::max() : m_later.begin()->first;
        for (const auto& lane : m_lanes) {
            if (!lane->ready.empty()) {
                next = std::min(next, lane->windows.next_start());
            }
        }
        return next;
    }

    // All calls that are not under way, for a common end.
    std::vector<JobPtr> take_all() {
        std::vector<JobPtr> jobs;
        for (const auto& lane : m_lanes) {
            std::move(lane->ready.begin(), lane->ready.end(),
                      std::back_inserter(jobs));
            lane->ready.clear();
        }
        for (auto& [when, job] : m_later) {
            jobs.push_back(std::move(job));
        }
        m_later.clear();
        return jobs;
    }

private:
    void promote(Instant now) {
        while (!m_later.empty() && m_later.begin()->first <= now) {
            add_first(std::move(m_later.begin()->second));
            m_later.erase(m_later.begin());
        }
    }

    long long m_per_second;
    long long m_per_minute;
    std::vector<std::unique_ptr<Lane>> m_lanes;  // a handful
    std::size_t m_turn = 0;
    std::multimap<Instant, JobPtr> m_later;
};

}  // namespace lark_batch::lark
