// The kind `nats`: a NATS server that lets us in and answers, and what its
// monitoring port says.
// https://docs.nats.io/reference/reference-protocols/nats-protocol
#pragma once

#include <string>

#include "tools/lark-healthcheck/wire/nats_monitor.hpp"
#include "tools/lark-healthcheck/wire/tls_options.hpp"

namespace lark_batch::healthcheck {

class Nats : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    void declare_login(config::OptionSet& set, const Check& check);
    bool monitor_only() const;
    std::string monitor() const;
    bool may_log_in() const;
    std::string connect_line(bool encrypted) const;
    void speak(const Surroundings& around, const clock::Deadline& deadline,
               Finding& finding) const;
    void ping(Stream& stream, bool encrypted) const;

    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_monitor_url;
    std::string m_user;
    text::Secret m_password;
    text::Secret m_token;
    bool m_encrypted = false;
    TlsOptions m_tls;
    NatsLimits m_limits;
};

}  // namespace lark_batch::healthcheck
