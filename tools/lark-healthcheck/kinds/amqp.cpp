#include "tools/lark-healthcheck/kinds/amqp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/data_label.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_amqp = 5672;
constexpr int k_amqps = 5671;
// A short string of the protocol.
constexpr std::size_t k_longest_name = 255;

std::optional<std::string> check_queue(const std::string& value) {
    if (value.empty() || value.size() > k_longest_name) {
        return "must have 1 to 255 bytes";
    }
    return std::nullopt;
}

// The queue that is worst off, by value.
struct Extremes {
    std::optional<double> most_messages;
    std::optional<double> least_consumers;

    void take(const AmqpQueue& queue) {
        most_messages =
            std::max(most_messages.value_or(queue.messages), queue.messages);
        least_consumers = std::min(least_consumers.value_or(queue.consumers),
                                   queue.consumers);
    }
};

}  // namespace

void Amqp::declare(config::OptionSet& set, const Check& check) {
    declare_address(set, m_address, k_amqp);
    declare_ip_version(set, m_ip_version);
    set.add("user", m_user).help("who logs in").placeholder("NAME");
    declare_secret(set, check, "password", m_password);
    set.add("vhost", m_vhost)
        .help("the virtual host that is entered")
        .placeholder("NAME");
    set.add("tls", m_encrypted)
        .help(
            "speaks TLS; the port is 5671 then, and ip_version is not heeded");
    declare_tls(set, m_tls);
    declare_queues(set);
}

void Amqp::declare_queues(config::OptionSet& set) {
    set.add("queues", m_queues)
        .help("queues that must be there")
        .check(check_queue)
        .placeholder("NAME")
        .sample("lark.events");
    declare_threshold(set, "messages-", m_messages,
                      "messages that wait in each of the queues");
    declare_threshold(set, "consumers-", m_consumers,
                      "consumers of each of the queues");
}

Endpoint Amqp::endpoint() const {
    return endpoint_of(m_address, m_encrypted ? k_amqps : k_amqp);
}

std::string Amqp::describe() const {
    return fmt::format(
        "logs in to {} vhost '{}'{}", endpoint().str(), m_vhost,
        m_queues.empty()
            ? ""
            : fmt::format(" and looks at {}", text::join(m_queues, ", ")));
}

// RabbitMQ's own first user, who may come from its own machine only.
AmqpLogin Amqp::login() const {
    const bool first_user = m_password.empty() && m_user == "guest";
    return {m_user, first_user ? text::Secret{"guest"} : m_password, m_vhost};
}

// False when nobody vouches for the broker.
bool Amqp::open(AmqpSession& session, const Surroundings& around,
                Finding& finding) const {
    if (!m_encrypted) {
        session.connect(endpoint(), m_ip_version);
        return true;
    }
    const Chain chain = session.connect_by_tls(
        endpoint(), m_tls.settings_for(endpoint(), around));
    report(finding, chain, m_tls.days_left);
    return chain.fault.empty();
}

Finding Amqp::probe(const Surroundings& around,
                    const clock::Deadline& deadline) const {
    Finding finding;
    AmqpSession session{deadline};
    if (!open(session, around, finding)) {
        return finding;
    }
    session.log_in(login());
    finding.ok(session.product());
    judge_queues(session, finding);
    session.close();
    return finding;
}

void Amqp::judge_queues(AmqpSession& session, Finding& finding) const {
    Extremes extremes;
    for (const std::string& name : m_queues) {
        const AmqpQueue queue = session.look_at(name);
        if (!queue.fault.empty()) {
            finding.fail(queue.fault);
            continue;
        }
        const std::string shown = text::excerpt(name, 80);
        finding.measure(
            {data_label("messages", name),
             queue.messages,
             "",
             m_messages.parsed(),
             0.0,
             {},
             false},
            fmt::format("{:.0f} messages in '{}'", queue.messages, shown));
        finding.measure(
            {data_label("consumers", name),
             queue.consumers,
             "",
             m_consumers.parsed(),
             0.0,
             {},
             false},
            fmt::format("{:.0f} consumers of '{}'", queue.consumers, shown));
        extremes.take(queue);
    }
    if (extremes.most_messages) {
        finding.add({"messages", *extremes.most_messages, "",
                     m_messages.parsed(), 0.0});
        finding.add({"consumers", *extremes.least_consumers, "",
                     m_consumers.parsed(), 0.0});
    }
}

}  // namespace lark_batch::healthcheck
