#include "tools/lark-healthcheck/wire/dns_query.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/dns_records.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_internet = 1;
// Doubled with each try; the deadline ends it all.
constexpr int k_first_wait_ms = 1'000;
constexpr int k_tries = 8;

using Channel = std::unique_ptr<ares_channeldata, decltype(&ares_destroy)>;

struct Answer {
    std::optional<int> status;  // nothing while there is none
    std::vector<unsigned char> message;
};

void take_answer(void* argument, int status, int, unsigned char* message,
                 int size) {
    auto& answer = *static_cast<Answer*>(argument);
    answer.status = status;
    if (message != nullptr) {
        answer.message.assign(message, message + size);
    }
}

Channel open_channel(const DnsQuestion& question) {
    static std::once_flag loaded;
    std::call_once(loaded, [] { ares_library_init(ARES_LIB_INIT_ALL); });
    ares_options options{};
    // Without NOCHECKRESP a SERVFAIL would be told as a refused connection.
    options.flags =
        ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
    options.timeout = k_first_wait_ms;
    options.tries = k_tries;
    ares_channeldata* channel = nullptr;
    if (ares_init_options(&channel, &options,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
                              ARES_OPT_TRIES) != ARES_SUCCESS) {
        throw unavailable("the resolver's configuration cannot be read");
    }
    Channel owner{channel, &ares_destroy};
    const std::string servers = text::join(question.servers, ",");
    if (!servers.empty() &&
        ares_set_servers_ports_csv(channel, servers.c_str()) != ARES_SUCCESS) {
        throw errors::Error{errors::Kind::config,
                            "'" + servers + "' are no name servers"};
    }
    return owner;
}

clock::Duration next_wait(ares_channeldata* channel,
                          const clock::Deadline& deadline) {
    timeval wait{};
    if (ares_timeout(channel, nullptr, &wait) == nullptr) {
        return deadline.at_most(clock::Duration{k_first_wait_ms});
    }
    return deadline.at_most(
        clock::Duration{wait.tv_sec * 1'000 + wait.tv_usec / 1'000 + 1});
}

// Moves what can be moved; waits for at most the next retry.
void step(ares_channeldata* channel, const clock::Deadline& deadline) {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wanted = static_cast<unsigned>(ares_getsock(
        channel, sockets.data(), static_cast<int>(sockets.size())));
    std::vector<pollfd> entries;
    for (unsigned at = 0; at < sockets.size(); ++at) {
        const bool reads = (wanted >> at & 1u) != 0;
        const bool writes = (wanted >> (at + ARES_GETSOCK_MAXNUM) & 1u) != 0;
        if (reads || writes) {
            const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
            entries.push_back({sockets[at], static_cast<short>(events), 0});
        }
    }
    poll(entries.data(), entries.size(),
         static_cast<int>(next_wait(channel, deadline).count()));
    for (const pollfd& entry : entries) {
        const bool readable =
            (entry.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool writable = (entry.revents & (POLLOUT | POLLERR)) != 0;
        ares_process_fd(channel, readable ? entry.fd : ARES_SOCKET_BAD,
                        writable ? entry.fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

errors::Error refusal(int status, const std::string& name) {
    switch (status) {
        case ARES_ENOTFOUND:
            return unavailable("name '" + name + "' does not exist (NXDOMAIN)");
        case ARES_ESERVFAIL:
            return unavailable("the name server failed (SERVFAIL)");
        case ARES_EREFUSED:
            return unavailable("the name server refuses to answer (REFUSED)");
        case ARES_ENOTIMP:
        case ARES_EFORMERR:
            return unavailable("the name server does not take the question");
        case ARES_ECONNREFUSED:
            return unavailable("connection refused by the name server");
        case ARES_EBADNAME:
            return errors::Error{errors::Kind::config,
                                 "'" + name + "' is no domain name"};
        case ARES_ETIMEOUT:
            return no_answer();
        default:
            return unavailable(std::string{"looking up failed: "} +
                               ares_strerror(status));
    }
}

}  // namespace

std::vector<std::string> ask_dns(const DnsQuestion& question,
                                 const clock::Deadline& deadline) {
    // The answer outlives the channel, whose end calls back.
    Answer answer;
    const Channel channel = open_channel(question);
    ares_query(channel.get(), question.name.c_str(), k_internet, question.type,
               &take_answer, &answer);
    while (!answer.status) {
        if (deadline.passed()) {
            throw no_answer();
        }
        step(channel.get(), deadline);
    }
    if (answer.status == ARES_ENODATA) {
        return {};
    }
    if (answer.status != ARES_SUCCESS) {
        throw refusal(*answer.status, text::excerpt(question.name, 120));
    }
    return dns_records(answer.message, question.type);
}

std::string reverse_name(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    std::string name;
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
        for (int at = 3; at >= 0; --at) {
            name += fmt::format("{}.", bytes[static_cast<std::size_t>(at)]);
        }
        return name + "in-addr.arpa";
    }
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
        return text;
    }
    std::ranges::reverse(bytes);
    for (const auto byte : bytes) {
        name += fmt::format("{:x}.{:x}.", byte & 15, byte >> 4);
    }
    return name + "ip6.arpa";
}

}  // namespace lark_batch::healthcheck
