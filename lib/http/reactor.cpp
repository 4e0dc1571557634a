#include "lib/http/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "lib/errors/error.hpp"

namespace lark_batch::http {

namespace {

using clock::Duration;
using clock::Instant;

Instant now() {
    return clock::system_clock().instant();
}

std::uint32_t interest(int what) {
    const bool in = (what & CURL_POLL_IN) != 0;
    const bool out = (what & CURL_POLL_OUT) != 0;
    return (in ? std::uint32_t{EPOLLIN} : 0u) |
           (out ? std::uint32_t{EPOLLOUT} : 0u);
}

int readiness(std::uint32_t events) {
    return ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
           ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
           ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
}

}  // namespace

Reactor::Reactor(CURLM* multi)
    : m_multi(multi),
      m_epoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_alarm(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (m_epoll < 0 || m_alarm < 0) {
        throw errors::Error{errors::Kind::failed,
                            "cannot create an epoll descriptor"};
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_alarm;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_alarm, &event);
    void* const self = this;
    (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, &Reactor::on_socket);
    (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, self);
    (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, &Reactor::on_timer);
    (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, self);
}

Reactor::~Reactor() {
    ::close(m_epoll);
    ::close(m_alarm);
}

void Reactor::wake() {
    // Fails only when it was woken 2^64 times already.
    ::eventfd_write(m_alarm, 1);
}

int Reactor::on_socket(CURL*, curl_socket_t socket, int what, void* self,
                       void* known) {
    auto* const reactor = static_cast<Reactor*>(self);
    if (what == CURL_POLL_REMOVE) {
        // Fails harmlessly when libcurl has closed the socket already.
        ::epoll_ctl(reactor->m_epoll, EPOLL_CTL_DEL, socket, nullptr);
        return 0;
    }
    epoll_event event{};
    event.events = interest(what);
    event.data.fd = socket;
    if (known == nullptr) {
        ::epoll_ctl(reactor->m_epoll, EPOLL_CTL_ADD, socket, &event);
        curl_multi_assign(reactor->m_multi, socket, self);
    } else {
        ::epoll_ctl(reactor->m_epoll, EPOLL_CTL_MOD, socket, &event);
    }
    return 0;
}

int Reactor::on_timer(CURLM*, long timeout_ms, void* self) {
    static_cast<Reactor*>(self)->m_timer =
        timeout_ms < 0 ? Instant::max() : now() + Duration{timeout_ms};
    return 0;
}

void Reactor::act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(m_multi, socket, events, &running);
}

bool Reactor::turn(Duration wait) {
    Duration limit = std::clamp(wait, Duration::zero(), Duration{60'000});
    if (m_timer != Instant::max()) {
        const auto left = std::chrono::ceil<Duration>(m_timer - now());
        limit = std::clamp(left, Duration::zero(), limit);
    }
    std::array<epoll_event, 64> events{};
    const int ready =
        ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()),
                     static_cast<int>(limit.count()));
    if (ready < 0) {
        return errno != EINTR;
    }
    bool woken = false;
    for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == m_alarm) {
            eventfd_t count = 0;
            woken = ::eventfd_read(m_alarm, &count) == 0;
            continue;
        }
        act(event.data.fd, readiness(event.events));
    }
    if (m_timer <= now()) {
        m_timer = Instant::max();  // libcurl sets the next one from within
        act(CURL_SOCKET_TIMEOUT, 0);
    }
    return !woken;
}

}  // namespace lark_batch::http
