// The kind `amqp`: a broker that lets us in, and its queues.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/wire/amqp_session.hpp"
#include "tools/lark-healthcheck/wire/tls_options.hpp"

namespace lark_batch::healthcheck {

class Amqp : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    void declare_queues(config::OptionSet& set);
    Endpoint endpoint() const;
    bool open(AmqpSession& session, const Surroundings& around,
              Finding& finding) const;
    AmqpLogin login() const;
    void judge_queues(AmqpSession& session, Finding& finding) const;

    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_user = "guest";
    text::Secret m_password;
    std::string m_vhost = "/";
    bool m_encrypted = false;
    TlsOptions m_tls;
    std::vector<std::string> m_queues;
    ThresholdText m_messages;
    ThresholdText m_consumers;
};

}  // namespace lark_batch::healthcheck
