// A TCP connection, plain or under TLS, for one probe. Every operation ends
// with the probe's deadline and throws as socket.hpp says.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/clock/clock.hpp"
#include "lib/files/descriptor.hpp"
#include "tools/lark-healthcheck/wire/endpoint.hpp"
#include "tools/lark-healthcheck/wire/tls.hpp"

namespace lark_batch::healthcheck {

class Stream {
public:
    // Connects.
    Stream(const Endpoint& endpoint, const std::string& ip_version,
           const clock::Deadline& deadline);

    // From here on under TLS. Bytes that came before it are an error, since
    // nobody vouches for them. Only a chain without fault may be written to.
    void start_tls(const TlsSettings& settings);
    bool encrypted() const { return m_tls != nullptr; }
    // Empty before start_tls().
    const Chain& chain() const;
    std::string tls_version() const;

    void write(std::string_view bytes);

    // The deadline is at most so far away from now on.
    void hurry(clock::Duration rest);

    // Up to the next line feed, without it and a carriage return before it.
    // Throws when more than `limit` bytes come without one, and when the
    // connection ends before it: "the server closed the connection".
    std::string read_line(std::size_t limit = 4'096);

    // What has come, at least one byte; empty at the end of the stream.
    std::string read_some();

private:
    std::size_t receive(char* buffer, std::size_t size);

    clock::Deadline m_deadline;
    files::Descriptor m_descriptor;
    std::unique_ptr<Tls> m_tls;
    std::string m_pending;
};

}  // namespace lark_batch::healthcheck
