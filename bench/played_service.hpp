// A web service that costs little: one thread, one answer for every path.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <thread>

#include "tests/support/file_descriptor.hpp"

namespace lark_batch::bench {

// Each request gets "200 OK" and the connection's end; what is asked below
// /slow gets it after `delay`. Who connects and asks nothing is waited for.
class PlayedService {
public:
    explicit PlayedService(std::chrono::milliseconds delay);
    ~PlayedService();
    PlayedService(const PlayedService&) = delete;
    PlayedService& operator=(const PlayedService&) = delete;

    int port() const { return m_port; }
    std::string url() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        Clock::time_point until;
        int connection = -1;
    };

    void serve();
    int wait_ms() const;
    void take_connections();
    void take_request(int connection);
    void answer(int connection);
    void answer_waiting();
    void watch(int descriptor) const;

    std::chrono::milliseconds m_delay;
    test::FileDescriptor m_listener;
    test::FileDescriptor m_stop;  // an eventfd
    test::FileDescriptor m_epoll;
    int m_port;
    std::map<int, std::string> m_connections;  // and what they sent so far
    std::deque<Waiting> m_waiting;             // the next one in front
    std::thread m_thread;                      // last: uses the others
};

}  // namespace lark_batch::bench
