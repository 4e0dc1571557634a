// The kind `tls`: the certificates of a server, their names and their ends.
#pragma once

#include <string>

#include "tools/lark-healthcheck/wire/tls_options.hpp"

namespace lark_batch::healthcheck {

class TlsServer : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_starttls = "none";
    TlsOptions m_tls;
};

}  // namespace lark_batch::healthcheck
