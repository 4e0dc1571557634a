#include "tests/support/http_server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/support/http_message.hpp"
#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

// Waits for the socket, or for the time to pass; false when the server ends.
bool wait_on(int socket, int stop, short events, int milliseconds) {
    pollfd wanted[] = {{stop, POLLIN, 0}, {socket, events, 0}};
    const auto count = events == 0 ? 1U : 2U;
    while (::poll(wanted, count, milliseconds) < 0 && errno == EINTR) {
    }
    return wanted[0].revents == 0;
}

bool send_all(int socket, int stop, std::string_view data) {
    while (!data.empty()) {
        const auto put = ::send(socket, data.data(), data.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put > 0) {
            data.remove_prefix(static_cast<std::size_t>(put));
        } else if (errno != EAGAIN || !wait_on(socket, stop, POLLOUT, -1)) {
            return false;
        }
    }
    return true;
}

void drip(int socket, int stop, std::string_view data) {
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (!send_all(socket, stop, data.substr(i, 1)) ||
            !wait_on(socket, stop, 0, 100)) {
            return;
        }
    }
}

// Makes the close that follows an RST.
void reset_on_close(int socket) {
    const linger now{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

// False when the connection must end.
bool answer(int socket, int stop, const Reply& reply) {
    if (reply.delay.count() > 0 &&
        !wait_on(socket, stop, 0, static_cast<int>(reply.delay.count()))) {
        return false;
    }
    const auto text = render(reply);
    switch (reply.behaviour) {
        case Behaviour::normal:
            return send_all(socket, stop, text);
        case Behaviour::hang:
            wait_on(socket, stop, 0, -1);
            return false;
        case Behaviour::reset:
            reset_on_close(socket);
            return false;
        case Behaviour::truncate:
            send_all(socket, stop,
                     std::string_view{text}.substr(
                         0, text.size() - (reply.body.size() + 1) / 2));
            return false;
        case Behaviour::drip:
            drip(socket, stop, text);
            return false;
    }
    return false;
}

}  // namespace

struct HttpServer::Impl {
    explicit Impl(std::function<Reply(const HttpRequest&)> function)
        : handler(std::move(function)), acceptor([this] { accept_all(); }) {}

    ~Impl() {
        const std::uint64_t one = 1;
        (void)!::write(stop.get(), &one, sizeof one);
        acceptor.join();
        for (auto& thread : threads) {
            thread.join();
        }
    }

    void accept_all() {
        while (wait_on(listener.get(), stop.get(), POLLIN, -1)) {
            const int socket =
                ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (socket >= 0) {
                ++accepted;
                threads.emplace_back([this, socket] { serve(socket); });
            }
        }
    }

    void serve(int socket) {
        const FileDescriptor connection{socket};
        std::string buffer;
        bool open = true;
        while (open) {
            const auto request = receive(socket, buffer);
            open = request && answer(socket, stop.get(), handle(*request)) &&
                   request->header("connection") != "close";
        }
    }

    std::optional<HttpRequest> receive(int socket, std::string& buffer) {
        char part[16384];
        bool continued = false;
        while (true) {
            if (auto request = take_request(buffer)) {
                return request;
            }
            if (!continued && expects_continue(buffer)) {
                continued = true;
                send_all(socket, stop.get(), "HTTP/1.1 100 Continue\r\n\r\n");
            }
            if (!wait_on(socket, stop.get(), POLLIN, -1)) {
                return std::nullopt;
            }
            const auto got = ::recv(socket, part, sizeof part, 0);
            if (got <= 0) {
                return std::nullopt;
            }
            buffer.append(part, static_cast<std::size_t>(got));
        }
    }

    Reply handle(const HttpRequest& request) {
        {
            const std::lock_guard lock{mutex};
            received.push_back(request);
        }
        try {
            return handler(request);
        } catch (const std::exception& error) {
            return {500, {}, error.what()};
        }
    }

    std::function<Reply(const HttpRequest&)> handler;
    FileDescriptor listener = listen_on(0);
    FileDescriptor stop{::eventfd(0, EFD_CLOEXEC)};
    std::atomic<int> accepted = 0;
    mutable std::mutex mutex;
    std::vector<HttpRequest> received;
    std::list<std::thread> threads;
    // Last: it uses all of the above.
    std::thread acceptor;
};

HttpServer::HttpServer(std::function<Reply(const HttpRequest&)> handler)
    : m_impl(std::make_unique<Impl>(std::move(handler))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
    return port_of(m_impl->listener.get());
}

std::string HttpServer::url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

std::vector<HttpRequest> HttpServer::requests() const {
    const std::lock_guard lock{m_impl->mutex};
    return m_impl->received;
}

int HttpServer::connections() const {
    return m_impl->accepted;
}

}  // namespace lark_batch::test
