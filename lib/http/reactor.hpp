// Waits on libcurl's sockets with epoll and tells it which ones are ready.
// curl_multi_poll with curl_multi_perform asks every transfer on every turn,
// which costs one poll(2) per request in flight; this asks only those that
// have something to do. Private to lib/http.
#pragma once

#include <curl/curl.h>

#include "lib/clock/clock.hpp"

namespace lark_batch::http {

class Reactor {
public:
    // Throws Error(failed) when the system is out of descriptors or memory.
    explicit Reactor(CURLM* multi);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    // Waits for sockets, libcurl's own timer or `wait`, whichever is first,
    // and lets libcurl act. False when a signal or wake() came meanwhile.
    bool turn(clock::Duration wait);

    // Ends the present or the next turn early, with false. May be called by
    // any thread.
    void wake();

private:
    static int on_socket(CURL* handle, curl_socket_t socket, int what,
                         void* self, void* known);
    static int on_timer(CURLM* multi, long timeout_ms, void* self);
    void act(curl_socket_t socket, int events);

    CURLM* m_multi;
    int m_epoll;
    int m_alarm;  // an eventfd
    clock::Instant m_timer = clock::Instant::max();
};

}  // namespace lark_batch::http
