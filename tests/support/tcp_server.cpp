#include "tests/support/tcp_server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

Wire::Wire(int descriptor, int stop) : m_descriptor(descriptor), m_stop(stop) {}

bool Wire::wait(short events, int milliseconds) const {
    std::array<pollfd, 2> entries{
        {{m_descriptor, events, 0}, {m_stop, POLLIN, 0}}};
    ::poll(entries.data(), entries.size(), milliseconds);
    return entries[1].revents == 0;
}

void Wire::say(const std::string& text) const {
    std::size_t done = 0;
    while (done < text.size() && wait(POLLOUT)) {
        const auto put = ::send(m_descriptor, text.data() + done,
                                text.size() - done, MSG_NOSIGNAL);
        if (put < 0) {
            return;
        }
        done += static_cast<std::size_t>(put);
    }
}

void Wire::drip(const std::string& text, Milliseconds pause) const {
    for (std::size_t at = 0;; at = (at + 1) % text.size()) {
        if (::send(m_descriptor, text.data() + at, 1, MSG_NOSIGNAL) < 0 ||
            !wait(POLLRDHUP, static_cast<int>(pause.count()))) {
            return;
        }
    }
}

std::string Wire::hear_line() const {
    std::string line;
    char letter = 0;
    while (wait(POLLIN) && ::recv(m_descriptor, &letter, 1, 0) == 1) {
        if (letter == '\n') {
            return line;
        }
        line += letter;
    }
    return {};
}

void Wire::hold() const {
    wait(POLLRDHUP);
}

void Wire::reset() const {
    const linger at_once{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

struct TcpServer::Impl {
    explicit Impl(std::function<void(Wire&)> talk_)
        : talk(std::move(talk_)),
          listener(listen_on(0)),
          stop(::eventfd(0, EFD_CLOEXEC)),
          acceptor([this] { accept_all(); }) {}

    ~Impl() {
        const std::uint64_t one = 1;
        if (::write(stop.get(), &one, sizeof one) < 0) {
            ::shutdown(listener.get(), SHUT_RDWR);
        }
        acceptor.join();
        for (auto& thread : talks) {
            thread.join();
        }
    }

    void accept_all() {
        for (;;) {
            std::array<pollfd, 2> entries{
                {{listener.get(), POLLIN, 0}, {stop.get(), POLLIN, 0}}};
            ::poll(entries.data(), entries.size(), -1);
            if (entries[1].revents != 0) {
                return;
            }
            const int peer =
                ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (peer >= 0) {
                talks.emplace_back([this, peer] {
                    const FileDescriptor owner{peer};
                    Wire wire{peer, stop.get()};
                    talk(wire);
                });
            }
        }
    }

    std::function<void(Wire&)> talk;
    FileDescriptor listener;
    FileDescriptor stop;
    std::vector<std::thread> talks;  // the acceptor's, until it has ended
    std::thread acceptor;
};

TcpServer::TcpServer(std::function<void(Wire&)> talk)
    : m_impl(std::make_unique<Impl>(std::move(talk))) {}

TcpServer::~TcpServer() = default;

int TcpServer::port() const {
    return port_of(m_impl->listener.get());
}

std::string TcpServer::address() const {
    return "127.0.0.1:" + std::to_string(port());
}

}  // namespace lark_batch::test
