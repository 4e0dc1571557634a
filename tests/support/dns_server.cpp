#include "tests/support/dns_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <thread>
#include <utility>

#include "tests/support/file_descriptor.hpp"
#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

constexpr std::size_t k_header = 12;

FileDescriptor new_listener() {
    FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address),
               sizeof address) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind");
    }
    return socket;
}

std::string number16(std::size_t value) {
    return {static_cast<char>(value >> 8 & 255),
            static_cast<char>(value & 255)};
}

// The question's name; what stands behind it is type and class.
std::string name_in(const std::string& query) {
    std::string name;
    for (std::size_t at = k_header; at < query.size() && query[at] != 0;) {
        const auto size = static_cast<unsigned char>(query[at]);
        name += (name.empty() ? "" : ".") + query.substr(at + 1, size);
        at += size + 1u;
    }
    return name;
}

std::string message_of(const std::string& query, const DnsReply& reply) {
    const std::string question =
        query.substr(k_header, dns_name(name_in(query)).size() + 4);
    std::string message = query.substr(0, 2) + '\x81' +
                          static_cast<char>(0x80 | reply.code) + number16(1) +
                          number16(reply.records.size()) + number16(0) +
                          number16(0) + question;
    for (const std::string& record : reply.records) {
        // A pointer to the question's name, class IN, a minute to live.
        message += number16(0xc00c) +
                   number16(static_cast<std::size_t>(reply.type)) +
                   number16(1) + number16(0) + number16(60) +
                   number16(record.size()) + record;
    }
    return reply.cut_off ? message.substr(0, message.size() - 3) : message;
}

}  // namespace

std::string dns_name(const std::string& name) {
    std::string wire;
    std::size_t at = 0;
    while (at < name.size()) {
        const auto dot = std::min(name.find('.', at), name.size());
        wire += static_cast<char>(dot - at);
        wire += name.substr(at, dot - at);
        at = dot + 1;
    }
    return wire + '\0';
}

struct DnsServer::Impl {
    explicit Impl(
        std::function<std::optional<DnsReply>(const std::string&)> answer_)
        : answer(std::move(answer_)),
          socket(new_listener()),
          stop(::eventfd(0, EFD_CLOEXEC)),
          thread([this] { serve(); }) {}

    ~Impl() {
        const std::uint64_t one = 1;
        if (::write(stop.get(), &one, sizeof one) > 0) {
            thread.join();
        }
    }

    void serve() {
        for (;;) {
            std::array<pollfd, 2> entries{
                {{socket.get(), POLLIN, 0}, {stop.get(), POLLIN, 0}}};
            ::poll(entries.data(), entries.size(), -1);
            if (entries[1].revents != 0) {
                return;
            }
            serve_one();
        }
    }

    void serve_one() {
        std::array<char, 1'500> buffer{};
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        auto* const address = reinterpret_cast<sockaddr*>(&peer);
        const auto got = ::recvfrom(socket.get(), buffer.data(), buffer.size(),
                                    0, address, &size);
        if (got < static_cast<ssize_t>(k_header)) {
            return;
        }
        const std::string query{buffer.data(), static_cast<std::size_t>(got)};
        if (const auto reply = answer(name_in(query))) {
            const std::string message = message_of(query, *reply);
            ::sendto(socket.get(), message.data(), message.size(), 0, address,
                     size);
        }
    }

    std::function<std::optional<DnsReply>(const std::string&)> answer;
    FileDescriptor socket;
    FileDescriptor stop;
    std::thread thread;
};

DnsServer::DnsServer(
    std::function<std::optional<DnsReply>(const std::string&)> answer)
    : m_impl(std::make_unique<Impl>(std::move(answer))) {}

DnsServer::~DnsServer() = default;

std::string DnsServer::address() const {
    return "127.0.0.1:" + std::to_string(port_of(m_impl->socket.get()));
}

}  // namespace lark_batch::test
