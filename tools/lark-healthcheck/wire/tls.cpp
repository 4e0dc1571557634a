#include "tools/lark-healthcheck/wire/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>
#include <new>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_most_at_once = 16u << 10;

SSL_CTX* new_context(const std::string& ca_file) {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{
        SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
    if (!context) {
        throw std::bad_alloc{};
    }
    const int loaded =
        ca_file.empty()
            ? SSL_CTX_set_default_verify_paths(context.get())
            : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
    ERR_clear_error();
    if (loaded != 1) {
        throw errors::Error{errors::Kind::config,
                            "no certificate can be read from '" + ca_file + "'",
                            "name a readable file of PEM certificates"};
    }
    // Old versions are a matter of min_version, for who must watch them.
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context.release();
}

bool is_ip(const std::string& name) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

void expect_name(SSL* ssl, const std::string& name) {
    if (is_ip(name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
        return;
    }
    SSL_set1_host(ssl, name.c_str());
    // RFC 6066: no addresses in the server name indication. The macro of
    // OpenSSL casts in C's manner.
    // NOLINTBEGIN(cppcoreguidelines-pro-type-const-cast)
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
    // NOLINTEND(cppcoreguidelines-pro-type-const-cast)
}

std::string words_of_library(unsigned long code) {
    const char* const reason = ERR_reason_error_string(code);
    return "TLS failed: " +
           text::excerpt(reason == nullptr ? "no reason given" : reason, 120);
}

// Of the newest entry of the thread's queue of errors.
std::string handshake_words() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    return tls_fault_words(code);
}

}  // namespace

std::string tls_fault_words(unsigned long code) {
    switch (ERR_GET_REASON(code)) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
            return "the server does not speak TLS";
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "the server speaks no TLS version that is accepted here";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return "the server refused the TLS handshake";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return "the server wants a client certificate";
        default:
            return words_of_library(code);
    }
}

int tls_version_of(const std::string& text) {
    if (text == "1.0") {
        return TLS1_VERSION;
    }
    if (text == "1.1") {
        return TLS1_1_VERSION;
    }
    return text == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
}

SSL_CTX* tls_context(const std::string& ca_file) {
    static std::mutex mutex;
    // Threads that were left behind may still use one at the very end.
    static auto* const contexts = new std::map<std::string, SSL_CTX*>;
    const std::lock_guard lock{mutex};
    SSL_CTX*& context = (*contexts)[ca_file];
    if (context == nullptr) {
        context = new_context(ca_file);
    }
    return context;
}

Tls::Tls(int descriptor, const TlsSettings& settings,
         const clock::Deadline& deadline)
    : m_descriptor(descriptor),
      m_ssl(SSL_new(tls_context(settings.ca_file)), &SSL_free) {
    SSL* const ssl = m_ssl.get();
    if (ssl == nullptr) {
        throw std::bad_alloc{};
    }
    SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION,
             tls_version_of(settings.min_version), nullptr);
    expect_name(ssl, settings.server_name);
    SSL_set_fd(ssl, descriptor);
    ERR_clear_error();
    int result = SSL_connect(ssl);
    while (result != 1) {
        wait_after(result, deadline);
        result = SSL_connect(ssl);
    }
    m_chain = chain_of(ssl, settings.server_name);
}

Tls::~Tls() = default;

std::string Tls::version() const {
    return SSL_get_version(m_ssl.get());
}

// Waits for what the library wants next, or throws what went wrong.
void Tls::wait_after(int result, const clock::Deadline& deadline) {
    const int fault = errno;
    switch (SSL_get_error(m_ssl.get(), result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            break;
        case SSL_ERROR_SYSCALL:
            throw unavailable(fault == 0 ? "the server closed the connection"
                                         : fault_words(fault));
        case SSL_ERROR_ZERO_RETURN:
            throw unavailable("the server closed the connection");
        default:
            throw unavailable(handshake_words());
    }
    const short events = SSL_want_write(m_ssl.get()) ? POLLOUT : POLLIN;
    if (!wait_for(m_descriptor, events, deadline)) {
        throw no_answer();
    }
}

void Tls::write(std::string_view bytes, const clock::Deadline& deadline) {
    if (!m_chain.fault.empty()) {
        throw unavailable(m_chain.fault);
    }
    while (!bytes.empty()) {
        std::size_t done = 0;
        ERR_clear_error();
        const int result =
            SSL_write_ex(m_ssl.get(), bytes.data(), bytes.size(), &done);
        if (result != 1) {
            wait_after(result, deadline);
        }
        bytes.remove_prefix(done);
    }
}

std::size_t Tls::read(char* buffer, std::size_t size,
                      const clock::Deadline& deadline) {
    for (;;) {
        std::size_t done = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(m_ssl.get(), buffer,
                                       std::min(size, k_most_at_once), &done);
        if (result == 1) {
            return done;
        }
        if (SSL_get_error(m_ssl.get(), result) == SSL_ERROR_ZERO_RETURN) {
            return 0;
        }
        wait_after(result, deadline);
    }
}

}  // namespace lark_batch::healthcheck
