// A login to an AMQP 0-9-1 broker, by librabbitmq. Every call ends with the
// deadline.
// https://www.rabbitmq.com/amqp-0-9-1-reference.html
#pragma once

#include <memory>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/text/secret.hpp"
#include "tools/lark-healthcheck/wire/tls_options.hpp"

struct amqp_connection_state_t_;

namespace lark_batch::healthcheck {

struct AmqpLogin {
    std::string user;
    text::Secret password;
    std::string vhost;
};

struct AmqpQueue {
    double messages = 0;  // ready for delivery; not those under way
    double consumers = 0;
    std::string fault;  // "queue 'x' is missing"; empty when it is there
};

class AmqpSession {
public:
    explicit AmqpSession(const clock::Deadline& deadline);
    ~AmqpSession();
    AmqpSession(const AmqpSession&) = delete;
    AmqpSession& operator=(const AmqpSession&) = delete;

    // Both throw as socket.hpp says.
    void connect(const Endpoint& endpoint, const std::string& ip_version);
    // Gives the broker's certificates; throws for other faults than theirs.
    Chain connect_by_tls(const Endpoint& endpoint, const TlsSettings& settings);

    // Throws Error(unavailable) that tells a wrong password and a wrong vhost
    // apart, and Error(timeout).
    void log_in(const AmqpLogin& login);

    // Declares it passively, which changes nothing.
    AmqpQueue look_at(const std::string& queue);

    // "RabbitMQ 3.10.8", as the broker says after the login.
    std::string product() const;

    // Says good-bye, for the broker's log.
    void close();

private:
    void open_channel();
    void allow_what_is_left();

    clock::Deadline m_deadline;
    std::unique_ptr<amqp_connection_state_t_,
                    int (*)(amqp_connection_state_t_*)>
        m_connection;
    // A refusal ends a channel, and its number is not used again.
    unsigned short m_channel = 0;
};

}  // namespace lark_batch::healthcheck
