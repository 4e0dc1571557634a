#include "lib/lark/schedule.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lark_batch::lark {

using clock::Instant;

Lane& Schedule::lane(const std::string& api) {
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

void Schedule::add_last(TaskPtr task) {
    Lane& lane = *task->lane;
    lane.ready.push_back(std::move(task));
}

void Schedule::add_first(TaskPtr task) {
    Lane& lane = *task->lane;
    lane.ready.push_front(std::move(task));
}

void Schedule::add_at(Instant when, TaskPtr task) {
    m_later.emplace(when, std::move(task));
}

void Schedule::promote(Instant now) {
    while (!m_later.empty() && m_later.begin()->first <= now) {
        add_first(std::move(m_later.begin()->second));
        m_later.erase(m_later.begin());
    }
}

TaskPtr Schedule::take(Instant now) {
    promote(now);
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        m_turn = (m_turn + 1) % m_lanes.size();
        Lane& lane = *m_lanes[m_turn];
        if (!lane.ready.empty() && lane.windows.next_start() <= now) {
            TaskPtr task = std::move(lane.ready.front());
            lane.ready.pop_front();
            lane.windows.started();
            return task;
        }
    }
    return nullptr;
}

Instant Schedule::next_start() const {
    Instant next = m_later.empty() ? Instant::max() : m_later.begin()->first;
    for (const auto& lane : m_lanes) {
        if (!lane->ready.empty()) {
            next = std::min(next, lane->windows.next_start());
        }
    }
    return next;
}

std::vector<TaskPtr> Schedule::take_all() {
    std::vector<TaskPtr> tasks;
    for (const auto& lane : m_lanes) {
        std::move(lane->ready.begin(), lane->ready.end(),
                  std::back_inserter(tasks));
        lane->ready.clear();
    }
    for (auto& [when, task] : m_later) {
        tasks.push_back(std::move(task));
    }
    m_later.clear();
    return tasks;
}

}  // namespace lark_batch::lark
