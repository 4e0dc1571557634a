#include "tests/healthcheck/nats_subscriber.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace lark_batch::test {

namespace {

int connected(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockaddr
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket, any, sizeof address) != 0) {
        ::close(socket);
        throw std::runtime_error("no NATS at " + std::to_string(port));
    }
    return socket;
}

void wait_for_answer(int socket, const std::string& wanted) {
    std::string got;
    while (got.find(wanted) == std::string::npos) {
        pollfd waiting{socket, POLLIN, 0};
        std::array<char, 4096> buffer{};
        const auto size = ::poll(&waiting, 1, 5'000) == 1
                              ? ::recv(socket, buffer.data(), buffer.size(), 0)
                              : 0;
        if (size <= 0) {
            throw std::runtime_error("NATS does not say " + wanted);
        }
        got.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace

NatsSubscriber::NatsSubscriber(int port, const std::string& subject)
    : m_socket(connected(port)) {
    // docs.nats.io/reference/reference-protocols/nats-protocol
    const std::string words = R"(CONNECT {"verbose":false,"pedantic":false})"
                              "\r\nSUB " +
                              subject + " 1\r\nPING\r\n";
    ::send(m_socket.get(), words.data(), words.size(), MSG_NOSIGNAL);
    wait_for_answer(m_socket.get(), "PONG");
}

}  // namespace lark_batch::test
