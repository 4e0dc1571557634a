#include "tools/lark-healthcheck/wire/amqp_words.hpp"

#include <amqp_framing.h>
#include <fmt/format.h>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_shown = 120;

// What the broker gave as its reason; no code for any other reply.
struct Refusal {
    int code = 0;
    std::string text;
};

Refusal refusal_of(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) {
        return {};
    }
    if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* const close =
            static_cast<amqp_connection_close_t*>(reply.reply.decoded);
        return {close->reply_code, amqp_text(close->reply_text)};
    }
    if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto* const close =
            static_cast<amqp_channel_close_t*>(reply.reply.decoded);
        return {close->reply_code, amqp_text(close->reply_text)};
    }
    return {};
}

std::string words_of(int status) {
    switch (status) {
        case AMQP_STATUS_TIMEOUT:
            return "no answer";
        case AMQP_STATUS_CONNECTION_CLOSED:
        case AMQP_STATUS_SOCKET_CLOSED:
            return "the server closed the connection";
        case AMQP_STATUS_SOCKET_ERROR:
            return "connection reset";
        case AMQP_STATUS_BAD_AMQP_DATA:
        case AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION:
        case AMQP_STATUS_UNKNOWN_CLASS:
        case AMQP_STATUS_UNKNOWN_METHOD:
        case AMQP_STATUS_WRONG_METHOD:
        case AMQP_STATUS_UNEXPECTED_STATE:
            return "the answer is not AMQP 0-9-1";
        case AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD:
            return "the broker does not offer the login PLAIN";
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
            return "the host is unknown";
        case AMQP_STATUS_SSL_CONNECTION_FAILED:
            return "the TLS handshake failed";
        default:
            return amqp_error_string2(status);
    }
}

errors::Error fault_of(int status) {
    return status == AMQP_STATUS_TIMEOUT ? no_answer()
                                         : unavailable(words_of(status));
}

}  // namespace

std::string amqp_text(amqp_bytes_t bytes) {
    return {static_cast<const char*>(bytes.bytes), bytes.len};
}

std::string amqp_words(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        return words_of(reply.library_error);
    }
    const Refusal refusal = refusal_of(reply);
    return refusal.code == 0
               ? "the answer is not AMQP 0-9-1"
               : fmt::format("{} {}", refusal.code,
                             text::excerpt(refusal.text, k_shown));
}

bool amqp_closed_channel(const amqp_rpc_reply_t& reply) {
    return reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
           reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
}

std::string amqp_queue_words(const amqp_rpc_reply_t& reply,
                             const std::string& queue) {
    const std::string name = "queue '" + text::excerpt(queue, 80) + "'";
    switch (refusal_of(reply).code) {
        case AMQP_NOT_FOUND:
            return name + " is missing";
        case AMQP_ACCESS_REFUSED:
            return name + " may not be looked at: the user lacks the right";
        case AMQP_RESOURCE_LOCKED:
            return name + " is exclusive to another connection";
        default:
            return name + ": " + amqp_words(reply);
    }
}

errors::Error amqp_fault(const amqp_rpc_reply_t& reply) {
    return reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
               ? fault_of(reply.library_error)
               : unavailable(amqp_words(reply));
}

errors::Error amqp_login_fault(const amqp_rpc_reply_t& reply) {
    const Refusal refusal = refusal_of(reply);
    switch (refusal.code) {
        case AMQP_ACCESS_REFUSED:
            return unavailable("wrong user or password (ACCESS_REFUSED)");
        // A vhost that is none, or one that the user may not enter.
        case AMQP_NOT_ALLOWED:
        case AMQP_INVALID_PATH:
            return unavailable("vhost refused: " +
                               text::excerpt(refusal.text, k_shown));
        default:
            return amqp_fault(reply);
    }
}

errors::Error amqp_open_fault(int status, const std::string& host) {
    if (status == AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED) {
        return unavailable("host '" + host + "' is unknown");
    }
    return fault_of(status);
}

}  // namespace lark_batch::healthcheck
