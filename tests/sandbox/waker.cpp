#include "tests/sandbox/waker.hpp"

#include <microhttpd.h>

#include <chrono>

#include "tests/sandbox/clock.hpp"

namespace lark_batch::sandbox {

Waker::Waker() : m_thread([this] { run(); }) {}

Waker::~Waker() {
    stop();
    m_thread.join();
}

void Waker::wake(MHD_Connection* connection, int after_ms) {
    const std::lock_guard lock(m_mutex);
    if (m_stopped) {
        MHD_resume_connection(connection);
        return;
    }
    m_alarms.push({steady_ns() + after_ms * 1'000'000LL, connection});
    m_changed.notify_one();
}

void Waker::stop() {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    for (; !m_alarms.empty(); m_alarms.pop()) {
        MHD_resume_connection(m_alarms.top().connection);
    }
    m_changed.notify_one();
}

void Waker::run() {
    std::unique_lock lock(m_mutex);
    while (!m_stopped) {
        if (m_alarms.empty()) {
            m_changed.wait(lock);
            continue;
        }
        const std::int64_t left = m_alarms.top().due_ns - steady_ns();
        if (left > 0) {
            m_changed.wait_for(lock, std::chrono::nanoseconds(left));
        } else {
            MHD_resume_connection(m_alarms.top().connection);
            m_alarms.pop();
        }
    }
}

}  // namespace lark_batch::sandbox
