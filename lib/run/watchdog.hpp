// A job looks at the stop flag between its batches; a statement that runs for
// minutes gives it no chance to. The watchdog cancels that statement: ten
// seconds after a stop signal, and at once when the deadline has passed. A
// server that does not even react to that within five more seconds is cut off.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "lib/clock/clock.hpp"
#include "lib/db/canceller.hpp"

namespace lark_batch::run {

class Watchdog {
public:
    Watchdog(const db::Connection& connection, const clock::Deadline& deadline);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

private:
    void watch();
    bool must_cancel();
    void act();

    db::Canceller m_canceller;
    const clock::Deadline* m_deadline;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_done = false;
    int m_rounds_since_signal = 0;
    int m_rounds_since_cancel = 0;
    std::thread m_thread;
};

}  // namespace lark_batch::run
