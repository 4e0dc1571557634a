#include "bench/played_service.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "tests/support/ports.hpp"

namespace lark_batch::bench {

namespace {

constexpr char k_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
    "Connection: close\r\n\r\nOK\n";

}  // namespace

PlayedService::PlayedService(std::chrono::milliseconds delay)
    : m_delay(delay),
      m_listener(test::listen_on(0)),
      m_stop(::eventfd(0, EFD_CLOEXEC)),
      m_epoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_port(test::port_of(m_listener.get())) {
    ::fcntl(m_listener.get(), F_SETFL, O_NONBLOCK);
    // Hundreds come at once.
    ::listen(m_listener.get(), 1024);
    watch(m_listener.get());
    watch(m_stop.get());
    m_thread = std::thread{[this] { serve(); }};
}

PlayedService::~PlayedService() {
    ::eventfd_write(m_stop.get(), 1);
    m_thread.join();
    for (const auto& [connection, sent] : m_connections) {
        ::close(connection);
    }
}

std::string PlayedService::url() const {
    return "http://127.0.0.1:" + std::to_string(m_port);
}

void PlayedService::watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, descriptor, &event);
}

int PlayedService::wait_ms() const {
    if (m_waiting.empty()) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        m_waiting.front().until - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void PlayedService::serve() {
    std::array<epoll_event, 64> events{};
    while (true) {
        const int ready =
            ::epoll_wait(m_epoll.get(), events.data(),
                         static_cast<int>(events.size()), wait_ms());
        for (int i = 0; i < ready; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == m_stop.get()) {
                return;
            }
            if (descriptor == m_listener.get()) {
                take_connections();
            } else {
                take_request(descriptor);
            }
        }
        answer_waiting();
    }
}

void PlayedService::take_connections() {
    int connection = -1;
    while ((connection = ::accept4(m_listener.get(), nullptr, nullptr,
                                   SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        m_connections[connection].clear();
        watch(connection);
    }
}

void PlayedService::take_request(int connection) {
    std::string& sent = m_connections[connection];
    char buffer[4096];
    const auto got = ::read(connection, buffer, sizeof buffer);
    if (got <= 0) {
        std::erase_if(m_waiting, [&](const Waiting& waiting) {
            return waiting.connection == connection;
        });
        m_connections.erase(connection);
        ::close(connection);
        return;
    }
    sent.append(buffer, static_cast<std::size_t>(got));
    if (sent.find("\r\n\r\n") == std::string::npos) {
        return;
    }
    if (sent.starts_with("GET /slow")) {
        m_waiting.push_back({Clock::now() + m_delay, connection});
    } else {
        answer(connection);
    }
}

void PlayedService::answer(int connection) {
    ::send(connection, k_answer, sizeof k_answer - 1, MSG_NOSIGNAL);
    m_connections.erase(connection);
    ::close(connection);
}

void PlayedService::answer_waiting() {
    while (!m_waiting.empty() && m_waiting.front().until <= Clock::now()) {
        const int connection = m_waiting.front().connection;
        m_waiting.pop_front();
        answer(connection);
    }
}

}  // namespace lark_batch::bench
