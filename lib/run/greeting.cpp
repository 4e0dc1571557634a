#include "lib/run/greeting.hpp"

#include <utility>

#include "lib/run/signals.hpp"

namespace lark_batch::run {

void Greeting::begin(std::function<void()> prepare, std::function<void()> tell,
                     clock::Duration patience) {
    const StopSignalsBlocked inherited_by_the_thread;
    m_thread = std::thread{
        [this, patience, ready = std::move(prepare), told = std::move(tell)] {
            ready();
            wait_and_tell(told, patience);
        }};
}

void Greeting::wait_and_tell(const std::function<void()>& tell,
                             clock::Duration patience) {
    {
        std::unique_lock guard{m_mutex};
        if (m_wake.wait_for(guard, patience, [this] { return m_over; })) {
            return;
        }
    }
    tell();
}

void Greeting::end() {
    if (!m_thread.joinable()) {
        return;
    }
    {
        const std::lock_guard guard{m_mutex};
        m_over = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

}  // namespace lark_batch::run
