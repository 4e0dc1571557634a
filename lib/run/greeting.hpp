// Tells the world that a run has begun, beside its job, so that the job need
// not wait for that. A run that is over before anybody was told is not worth
// it: its end says all.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "lib/clock/clock.hpp"

namespace lark_batch::run {

class Greeting {
public:
    Greeting() = default;
    ~Greeting() { end(); }
    Greeting(const Greeting&) = delete;
    Greeting& operator=(const Greeting&) = delete;

    // On a thread of its own calls `prepare` at once and `tell` after
    // `patience`, unless end() comes first. Neither may throw, and what they
    // use must live, and be left alone, until end().
    void begin(std::function<void()> prepare, std::function<void()> tell,
               clock::Duration patience);

    // Waits for a `tell` that has begun.
    void end();

private:
    void wait_and_tell(const std::function<void()>& tell,
                       clock::Duration patience);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_over = false;
    std::thread m_thread;
};

}  // namespace lark_batch::run
