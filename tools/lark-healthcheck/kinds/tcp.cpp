#include "tools/lark-healthcheck/kinds/tcp.hpp"

#include <fmt/format.h>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/pattern.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"
#include "tools/lark-healthcheck/wire/stream.hpp"

namespace lark_batch::healthcheck {

namespace {

// A banner is short; what floods us is not read to its end.
constexpr std::size_t k_looked_at = 4'096;
// Who has begun to speak and stops, has said it all.
constexpr clock::Duration k_rest{500};

// Empty when nothing more comes.
std::string more_of(Stream& stream, bool began) {
    if (!began) {
        return stream.read_some();
    }
    stream.hurry(k_rest);
    try {
        return stream.read_some();
    } catch (const errors::Error& error) {
        if (error.kind() != errors::Kind::timeout) {
            throw;
        }
        return {};
    }
}

// Reads until the pattern is met; more than it matters is never read.
void await(Stream& stream, const std::string& expected) {
    const Pattern pattern{expected};
    std::string got;
    for (;;) {
        const std::string more = more_of(stream, !got.empty());
        got.append(more, 0, k_looked_at - got.size());
        if (pattern.found_in(got)) {
            return;
        }
        if (more.empty() || got.size() == k_looked_at) {
            break;
        }
    }
    throw unavailable(got.empty()
                          ? "the server closed the connection without a word"
                          : fmt::format("'{}' does not match '{}'",
                                        text::excerpt(text::trim(got), 60),
                                        text::excerpt(expected, 60)));
}

}  // namespace

void Tcp::declare(config::OptionSet& set, const Check&) {
    declare_address(set, m_address, 0);
    declare_ip_version(set, m_ip_version);
    set.add("send", m_send)
        .help("what is sent once connected, as it is")
        .veiled([](const std::string&) { return "***"; })
        .placeholder("TEXT")
        .sample("PING\\r\\n");
    set.add("expect", m_expect)
        .help(
            "POSIX extended regular expression that a line of the answer's "
            "first 4096 bytes must match")
        .check(check_pattern)
        .placeholder("REGEX")
        .sample("^220 ");
}

std::string Tcp::describe() const {
    return fmt::format(
        "connects to {}{}{}", m_address, m_send.empty() ? "" : ", sends a text",
        m_expect.empty() ? "" : fmt::format(" and expects '{}'", m_expect));
}

Finding Tcp::probe(const Surroundings&, const clock::Deadline& deadline) const {
    Stream stream{endpoint_of(m_address, 0), m_ip_version, deadline};
    Finding finding;
    stream.write(m_send);
    if (m_expect.empty()) {
        return finding.ok("accepts connections");
    }
    await(stream, m_expect);
    return finding.ok("answers as expected");
}

}  // namespace lark_batch::healthcheck
