#include "lib/run/watchdog.hpp"

#include "lib/run/signals.hpp"

namespace lark_batch::run {

namespace {

constexpr std::chrono::milliseconds k_round{200};
constexpr int k_rounds_of_grace = 50;  // ten seconds

}  // namespace

Watchdog::Watchdog(const db::Connection& connection,
                   const clock::Deadline& deadline, clock::Duration patience)
    : m_canceller(connection),
      m_deadline(&deadline),
      m_rounds_to_cancel(static_cast<int>(patience / k_round)) {
    const StopSignalsBlocked inherited_by_the_thread;
    m_thread = std::thread{[this] { watch(); }};
}

Watchdog::~Watchdog() {
    {
        const std::lock_guard guard{m_mutex};
        m_done = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

bool Watchdog::must_cancel() {
    if (stop_signal() != 0) {
        ++m_rounds_since_signal;
    }
    return m_rounds_since_signal >= k_rounds_of_grace || m_deadline->passed();
}

void Watchdog::act() {
    if (m_rounds_since_cancel % m_rounds_to_cancel == 0) {
        m_rounds_since_cancel == 0 ? m_canceller.cancel() : m_canceller.cut();
    }
    ++m_rounds_since_cancel;
}

void Watchdog::watch() {
    std::unique_lock guard{m_mutex};
    while (!m_wake.wait_for(guard, k_round, [this] { return m_done; })) {
        if (must_cancel()) {
            act();
        }
    }
}

}  // namespace lark_batch::run
