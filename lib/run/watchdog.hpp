// A job looks at the stop flag between its batches; a statement that runs for
// minutes gives it no chance to. The watchdog cancels that statement: ten
// seconds after a stop signal, and at once when the deadline has passed. A
// server that does not even react to that within its patience is cut off.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "lib/clock/clock.hpp"
#include "lib/db/canceller.hpp"

namespace lark_batch::run {

class Watchdog {
public:
    Watchdog(const db::Connection& connection, const clock::Deadline& deadline,
             clock::Duration patience = std::chrono::seconds{5});
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

private:
    void watch();
    bool must_cancel();
    void act();

    db::Canceller m_canceller;
    const clock::Deadline* m_deadline;
    int m_rounds_to_cancel;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_done = false;
    int m_rounds_since_signal = 0;
    int m_rounds_since_cancel = 0;
    std::thread m_thread;
};

// For the database's answer about a task's lock.
inline constexpr clock::Duration k_answer_limit{5'000};

// For the few statements around a job: a server that is frozen must keep
// neither a run from its job nor its result from whoever waits for it.
class BriefWatchdog {
public:
    BriefWatchdog(const db::Connection& connection, clock::Duration limit)
        : m_limit(clock::system_clock(), limit),
          // The analyzer misses what a mutex initialises by itself.
          // NOLINTNEXTLINE(clang-analyzer-optin.cplusplus.UninitializedObject)
          m_watchdog(connection, m_limit, std::chrono::seconds{1}) {}

private:
    clock::Deadline m_limit;
    Watchdog m_watchdog;
};

}  // namespace lark_batch::run
