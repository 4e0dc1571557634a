#include "tools/lark-healthcheck/wire/amqp_session.hpp"

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <new>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/amqp_words.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr clock::Duration k_longest{3'600'000};
constexpr clock::Duration k_good_bye{1'000};
constexpr int k_frame_bytes = 131'072;

timeval time_of(clock::Duration duration) {
    return {static_cast<time_t>(duration.count() / 1'000),
            static_cast<suseconds_t>(duration.count() % 1'000 * 1'000)};
}

// What the verification of the broker's chain needs and leaves.
struct Verification {
    std::string server_name;
    Chain chain;
};

// In OpenSSL's place, because librabbitmq tells nothing of the chain.
int verify(X509_STORE_CTX* store, void* argument) {
    auto& verification = *static_cast<Verification*>(argument);
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(store);
    const std::string& name = verification.server_name;
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str()) != 1) {
        X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size());
    }
    const int result = X509_verify_cert(store);
    verification.chain = chain_of(store, name);
    return result;
}

void prepare(amqp_socket_t* socket, const TlsSettings& settings,
             Verification& verification) {
    auto* const context =
        static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
    SSL_CTX_set1_cert_store(
        context, SSL_CTX_get_cert_store(tls_context(settings.ca_file)));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &verify, &verification);
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION,
                 tls_version_of(settings.min_version), nullptr);
    // The name is part of our own verification.
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 0);
}

std::string text_at(const amqp_table_t& table, std::string_view key) {
    for (int at = 0; at < table.num_entries; ++at) {
        const amqp_table_entry_t& entry = table.entries[at];
        if (amqp_text(entry.key) == key &&
            entry.value.kind == AMQP_FIELD_KIND_UTF8) {
            return amqp_text(entry.value.value.bytes);
        }
    }
    return {};
}

}  // namespace

AmqpSession::AmqpSession(const clock::Deadline& deadline)
    : m_deadline(deadline),
      m_connection(amqp_new_connection(), &amqp_destroy_connection) {
    if (!m_connection) {
        throw std::bad_alloc{};
    }
}

AmqpSession::~AmqpSession() = default;

void AmqpSession::connect(const Endpoint& endpoint,
                          const std::string& ip_version) {
    const files::Descriptor descriptor =
        connect_to(endpoint, ip_version, m_deadline);
    amqp_socket_t* const socket = amqp_tcp_socket_new(m_connection.get());
    if (socket == nullptr) {
        throw std::bad_alloc{};
    }
    // The library closes its own copy.
    amqp_tcp_socket_set_sockfd(socket,
                               fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
}

Chain AmqpSession::connect_by_tls(const Endpoint& endpoint,
                                  const TlsSettings& settings) {
    amqp_socket_t* const socket = amqp_ssl_socket_new(m_connection.get());
    if (socket == nullptr) {
        throw std::bad_alloc{};
    }
    Verification verification{settings.server_name, {}};
    prepare(socket, settings, verification);
    const timeval wait = time_of(m_deadline.at_most(k_longest));
    const int status = amqp_socket_open_noblock(
        socket, endpoint.host.c_str(), std::stoi(endpoint.port), &wait);
    if (status == AMQP_STATUS_OK || !verification.chain.fault.empty()) {
        return verification.chain;
    }
    if (status == AMQP_STATUS_SOCKET_ERROR) {
        // The library does not say why; our own try does.
        connect_to(endpoint, "any", m_deadline);
    }
    throw amqp_open_fault(status, endpoint.host);
}

void AmqpSession::allow_what_is_left() {
    const timeval wait = time_of(m_deadline.at_most(k_longest));
    amqp_set_handshake_timeout(m_connection.get(), &wait);
    amqp_set_rpc_timeout(m_connection.get(), &wait);
    if (m_deadline.passed()) {
        throw no_answer();
    }
}

void AmqpSession::log_in(const AmqpLogin& login) {
    allow_what_is_left();
    // No heartbeats: the probe is over before the first.
    const amqp_rpc_reply_t reply =
        amqp_login(m_connection.get(), login.vhost.c_str(), 0, k_frame_bytes, 0,
                   AMQP_SASL_METHOD_PLAIN, login.user.c_str(),
                   login.password.reveal().c_str());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        throw amqp_login_fault(reply);
    }
    open_channel();
}

void AmqpSession::open_channel() {
    allow_what_is_left();
    ++m_channel;
    amqp_channel_open(m_connection.get(), m_channel);
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(m_connection.get());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        throw unavailable("no channel can be opened: " + amqp_words(reply));
    }
}

AmqpQueue AmqpSession::look_at(const std::string& queue) {
    allow_what_is_left();
    // The library reads it only, but has no type that says so.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    const amqp_bytes_t name{queue.size(), const_cast<char*>(queue.data())};
    const amqp_queue_declare_ok_t* const found = amqp_queue_declare(
        m_connection.get(), m_channel, name, 1, 0, 0, 0, amqp_empty_table);
    AmqpQueue result;
    if (found != nullptr) {
        result.messages = found->message_count;
        result.consumers = found->consumer_count;
        amqp_maybe_release_buffers(m_connection.get());
        return result;
    }
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(m_connection.get());
    if (!amqp_closed_channel(reply)) {
        throw amqp_fault(reply);
    }
    result.fault = amqp_queue_words(reply, queue);
    amqp_channel_close_ok_t agreed{};
    amqp_send_method(m_connection.get(), m_channel,
                     AMQP_CHANNEL_CLOSE_OK_METHOD, &agreed);
    open_channel();
    return result;
}

std::string AmqpSession::product() const {
    const amqp_table_t* const facts =
        amqp_get_server_properties(m_connection.get());
    return text::excerpt(
        text_at(*facts, "product") + " " + text_at(*facts, "version"), 60);
}

void AmqpSession::close() {
    const timeval wait = time_of(m_deadline.at_most(k_good_bye));
    amqp_set_rpc_timeout(m_connection.get(), &wait);
    amqp_connection_close(m_connection.get(), AMQP_REPLY_SUCCESS);
}

}  // namespace lark_batch::healthcheck
