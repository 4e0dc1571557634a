#include "tests/sandbox/server.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <cstring>
#include <ctime>
#include <stdexcept>

#include "tests/sandbox/clock.hpp"
#include "tests/sandbox/delivery.hpp"
#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::size_t k_longest_body = 1U << 20U;

// One request while the HTTP library works on it.
struct Exchange {
    Request request;
    Reply reply;
    bool started = false;
    bool answered = false;
};

// The library hands over decoded texts; the raw target is seen only here.
void* begin(void*, const char* target, MHD_Connection*) {
    auto exchange = std::make_unique<Exchange>();
    const std::string_view text(target);
    const std::size_t mark = std::min(text.find('?'), text.size());
    exchange->request.path = text.substr(0, mark);
    if (mark < text.size()) {
        exchange->request.raw_query = text.substr(mark + 1);
        exchange->request.query = parse_query(exchange->request.raw_query);
    }
    return exchange.release();
}

void end(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    delete static_cast<Exchange*>(*state);
    *state = nullptr;
}

void watch(void* context, MHD_Connection*, void**,
           MHD_ConnectionNotificationCode code) {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        static_cast<const Server*>(context)->connected();
    }
}

std::string header(MHD_Connection* connection, const char* name) {
    const char* const value =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == nullptr ? std::string() : std::string(value);
}

void read_head(Server& server, Request& request, const char* method,
               MHD_Connection* connection) {
    request.method = method;
    request.authorization = header(connection, "Authorization");
    request.content_type = header(connection, "Content-Type");
    request.user_agent = header(connection, "User-Agent");
    server.stamp(request);
}

MHD_Result finish(Server& server, Exchange& exchange,
                  MHD_Connection* connection) {
    const Reply& reply = exchange.reply;
    return deliver(connection, exchange.request, reply, server.waker())
               ? MHD_YES
               : MHD_NO;
}

// Called once with the head, then for each piece of the body, then at its
// end, and again after a suspended connection was resumed.
MHD_Result step(void* context, MHD_Connection* connection, const char*,
                const char* method, const char*, const char* data,
                std::size_t* size, void** state) {
    Server& server = *static_cast<Server*>(context);
    Exchange& exchange = *static_cast<Exchange*>(*state);
    if (!exchange.started) {
        exchange.started = true;
        read_head(server, exchange.request, method, connection);
        return MHD_YES;
    }
    if (*size > 0) {
        if (exchange.request.body.size() + *size > k_longest_body) {
            return MHD_NO;
        }
        exchange.request.body.append(data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!exchange.answered) {
        exchange.answered = true;
        exchange.reply = server.handle(exchange.request);
        if (exchange.reply.delay_ms > 0) {
            MHD_suspend_connection(connection);
            server.waker().wake(connection, exchange.reply.delay_ms);
            return MHD_YES;
        }
    }
    return finish(server, exchange, connection);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

Server::Server(std::uint16_t port, Handler handler,
               std::function<void()> on_connection)
    : m_handler(std::move(handler)), m_on_connection(std::move(on_connection)) {
    const sockaddr_in address = loopback(port);
    m_daemon = MHD_start_daemon(
        static_cast<unsigned>(MHD_USE_EPOLL_INTERNAL_THREAD) |
            static_cast<unsigned>(MHD_ALLOW_SUSPEND_RESUME),
        port, nullptr, nullptr, step, this, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_URI_LOG_CALLBACK, begin, this, MHD_OPTION_NOTIFY_COMPLETED,
        end, this, MHD_OPTION_NOTIFY_CONNECTION, watch, this,
        MHD_OPTION_CONNECTION_LIMIT, 4000U, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        std::size_t{65536}, MHD_OPTION_END);
    if (m_daemon == nullptr) {
        throw std::runtime_error(std::string("cannot listen: ") +
                                 std::strerror(errno));
    }
}

Server::~Server() {
    m_waker.stop();
    MHD_stop_daemon(m_daemon);
}

std::uint16_t Server::port() const {
    return MHD_get_daemon_info(m_daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

// A log id is date and time followed by twenty hex digits.
void Server::stamp(Request& request) {
    request.arrived_ns = steady_ns();
    const std::int64_t second = request.arrived_ns / k_second_ns;
    if (second != m_stamped_second || m_stamp.empty()) {
        m_stamped_second = second;
        const std::time_t now = std::time(nullptr);
        std::tm parts{};
        gmtime_r(&now, &parts);
        char text[16];
        m_stamp.assign(
            text, std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &parts));
    }
    request.log_id.reserve(34);
    request.log_id = m_stamp;
    ++m_requests;
    const std::uint64_t number = mix(m_requests, m_stamp);
    for (unsigned shift = 0; shift < 80; shift += 4) {
        const std::uint64_t digit =
            (shift < 64 ? number >> shift : m_requests >> (shift - 64)) & 15U;
        request.log_id += "0123456789ABCDEF"[digit];
    }
}

}  // namespace lark_batch::sandbox
