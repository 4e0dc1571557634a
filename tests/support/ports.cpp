#include "tests/support/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <mutex>
#include <set>
#include <system_error>

namespace lark_batch::test {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

FileDescriptor new_socket() {
    FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) {
        fail("socket");
    }
    return socket;
}

bool connect_to(int socket, int port) {
    auto address = loopback(port);
    return ::connect(socket, reinterpret_cast<sockaddr*>(&address),
                     sizeof address) == 0;
}

int used_port() {
    const auto listener = listen_on(0);
    const int port = port_of(listener.get());
    const auto client = new_socket();
    if (!connect_to(client.get(), port)) {
        fail("connect");
    }
    // The side that closes first goes to TIME_WAIT: the accepted one.
    FileDescriptor{::accept(listener.get(), nullptr, nullptr)};
    return port;
}

}  // namespace

FileDescriptor listen_on(int port) {
    auto socket = new_socket();
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    auto address = loopback(port);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address),
               sizeof address) != 0 ||
        ::listen(socket.get(), 128) != 0) {
        fail("cannot listen on 127.0.0.1:" + std::to_string(port));
    }
    return socket;
}

int port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) !=
        0) {
        fail("getsockname");
    }
    return ntohs(address.sin_port);
}

int free_port() {
    static std::mutex mutex;
    static std::set<int> given;
    const std::lock_guard lock{mutex};
    int port = used_port();
    while (!given.insert(port).second) {
        port = used_port();
    }
    return port;
}

bool listening(int port) {
    return connect_to(new_socket().get(), port);
}

}  // namespace lark_batch::test
