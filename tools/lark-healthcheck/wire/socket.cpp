#include "tools/lark-healthcheck/wire/socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <system_error>

namespace lark_batch::healthcheck {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

int family_of(const std::string& ip_version) {
    if (ip_version == "4") {
        return AF_INET;
    }
    return ip_version == "6" ? AF_INET6 : AF_UNSPEC;
}

errors::Error unresolved(int fault, const Endpoint& endpoint,
                         const std::string& ip_version) {
    const std::string host = "host '" + endpoint.host + "'";
    switch (fault) {
        case EAI_NONAME:
        case EAI_NODATA:
            return unavailable(
                ip_version == "any"
                    ? host + " is unknown"
                    : host + " is unknown, or has no address of IPv" +
                          ip_version);
        case EAI_AGAIN:
            return unavailable(host +
                               " cannot be looked up: no name server "
                               "answers");
        case EAI_ADDRFAMILY:
        case EAI_FAMILY:
            return unavailable(host + " has no address of that version");
        default:
            return unavailable(host +
                               " cannot be looked up: " + gai_strerror(fault));
    }
}

Addresses look_up(const Endpoint& endpoint, const std::string& ip_version) {
    addrinfo hints{};
    hints.ai_family = family_of(ip_version);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int fault = getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(),
                                  &hints, &found);
    if (fault != 0) {
        throw unresolved(fault, endpoint, ip_version);
    }
    return {found, &freeaddrinfo};
}

int pending_fault(int descriptor) {
    int fault = 0;
    socklen_t size = sizeof fault;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &fault, &size);
    return fault;
}

// 0, or what errno(3) would be.
int try_to_connect(int descriptor, const addrinfo& address,
                   const clock::Deadline& deadline) {
    if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    return wait_for(descriptor, POLLOUT, deadline) ? pending_fault(descriptor)
                                                   : ETIMEDOUT;
}

// Small questions and small answers: nothing to wait for.
void send_at_once(int descriptor) {
    const int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

files::Descriptor new_socket(const addrinfo& address) {
    return files::Descriptor{socket(
        address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
        address.ai_protocol)};
}

long count_of(const addrinfo* address) {
    long count = 0;
    for (; address != nullptr; address = address->ai_next) {
        ++count;
    }
    return count;
}

}  // namespace

bool wait_for(int descriptor, short events, const clock::Deadline& deadline) {
    pollfd entry{descriptor, events, 0};
    while (!deadline.passed()) {
        const auto wait = deadline.at_most(clock::Duration{3'600'000}).count();
        if (poll(&entry, 1, static_cast<int>(wait)) > 0) {
            return true;
        }
    }
    return false;
}

files::Descriptor connect_to(const Endpoint& endpoint,
                             const std::string& ip_version,
                             const clock::Deadline& deadline) {
    const auto addresses = look_up(endpoint, ip_version);
    int fault = ETIMEDOUT;
    for (const addrinfo* each = addresses.get(); each != nullptr;
         each = each->ai_next) {
        files::Descriptor descriptor = new_socket(*each);
        const clock::Deadline share{
            clock::system_clock(),
            deadline.at_most(clock::Duration::max() - clock::Duration{1}) /
                count_of(each)};
        fault =
            descriptor ? try_to_connect(descriptor.get(), *each, share) : errno;
        if (fault == 0) {
            send_at_once(descriptor.get());
            return descriptor;
        }
    }
    throw deadline.passed() ? no_answer() : unavailable(fault_words(fault));
}

std::string fault_words(int number) {
    switch (number) {
        case ECONNREFUSED:
            return "connection refused";
        case ECONNRESET:
        case EPIPE:
            return "connection reset";
        case EHOSTUNREACH:
            return "no route to host";
        case ENETUNREACH:
            return "network is unreachable";
        case ETIMEDOUT:
            return "no answer";
        case EMFILE:
        case ENFILE:
            return "too many open files on this machine";
        default:
            return "connection failed: " +
                   std::generic_category().message(number);
    }
}

errors::Error unavailable(const std::string& message) {
    return errors::Error{errors::Kind::unavailable, message};
}

errors::Error no_answer() {
    return errors::Error{errors::Kind::timeout, "no answer"};
}

}  // namespace lark_batch::healthcheck
