// The kind `smtp`: a mail server that greets, encrypts and lets us log in. No
// mail is sent.
#pragma once

#include <string>

#include "tools/lark-healthcheck/wire/tls_options.hpp"

namespace lark_batch::healthcheck {

class Smtp : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    Endpoint endpoint() const;
    config::Found complaints(const Check& check) const;

    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_security = "starttls";
    std::string m_user;
    text::Secret m_password;
    TlsOptions m_tls;
};

}  // namespace lark_batch::healthcheck
