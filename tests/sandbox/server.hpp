#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "tests/sandbox/exchange.hpp"
#include "tests/sandbox/waker.hpp"

struct MHD_Daemon;

namespace lark_batch::sandbox {

// HTTP/1.1 on 127.0.0.1 with one thread of its own, which is the only one
// that calls the handlers.
class Server {
public:
    using Handler = std::function<Reply(const Request&)>;

    // Port 0 lets the kernel choose. Throws std::runtime_error when the port
    // cannot be had.
    Server(std::uint16_t port, Handler handler,
           std::function<void()> on_connection);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    // For the callbacks of the HTTP library in server.cpp.
    [[nodiscard]] Reply handle(const Request& request) const {
        return m_handler(request);
    }
    void connected() const { m_on_connection(); }
    [[nodiscard]] Waker& waker() { return m_waker; }
    void stamp(Request& request);

private:
    Handler m_handler;
    std::function<void()> m_on_connection;
    Waker m_waker;
    std::int64_t m_stamped_second = 0;
    std::string m_stamp;  // local date and time of that second
    std::uint64_t m_requests = 0;
    MHD_Daemon* m_daemon = nullptr;
};

}  // namespace lark_batch::sandbox
