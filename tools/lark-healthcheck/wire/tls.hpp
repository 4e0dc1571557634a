// A TLS client on a connected, non-blocking socket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/clock/clock.hpp"
#include "tools/lark-healthcheck/wire/certificate.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace lark_batch::healthcheck {

struct TlsSettings {
    std::string server_name;          // a DNS name or an IP address
    std::string ca_file{};            // empty: the system's bundle
    std::string min_version = "1.2";  // or "1.0", "1.1", "1.3"
};

// The trusted certificates of a file, read once in a process: reading the
// system's bundle takes tens of milliseconds. Throws Error(config) for a file
// that holds none. Owned by nobody, never freed.
ssl_ctx_st* tls_context(const std::string& ca_file);

// What a number of the library's errors means for a handshake.
std::string tls_fault_words(unsigned long code);

// The library's number of "1.2".
int tls_version_of(const std::string& text);

class Tls {
public:
    // Shakes hands. A chain that is not trusted is no error here: see chain().
    // Throws as socket.hpp says; "the server does not speak TLS".
    Tls(int descriptor, const TlsSettings& settings,
        const clock::Deadline& deadline);
    ~Tls();
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;

    const Chain& chain() const { return m_chain; }
    std::string version() const;  // "TLSv1.3"

    // Throws Error(unavailable) with the chain's fault unless it is trusted.
    void write(std::string_view bytes, const clock::Deadline& deadline);
    // At least one byte, at most `size`; 0 at the end of the stream.
    std::size_t read(char* buffer, std::size_t size,
                     const clock::Deadline& deadline);

private:
    void wait_after(int result, const clock::Deadline& deadline);

    int m_descriptor;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> m_ssl;
    Chain m_chain;
};

}  // namespace lark_batch::healthcheck
