#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

struct MHD_Connection;

namespace lark_batch::sandbox {

// Resumes suspended connections when their time has come, so that a slow
// answer costs the server's thread nothing.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    // The connection must be suspended already.
    void wake(MHD_Connection* connection, int after_ms);
    // Resumes everything, now and from now on; MHD cannot stop otherwise.
    void stop();

private:
    struct Alarm {
        std::int64_t due_ns;
        MHD_Connection* connection;
        bool operator>(const Alarm& other) const {
            return due_ns > other.due_ns;
        }
    };

    void run();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> m_alarms;
    bool m_stopped = false;
    std::thread m_thread;
};

}  // namespace lark_batch::sandbox
