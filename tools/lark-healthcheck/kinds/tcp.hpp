// The kind `tcp`: a port that accepts connections, and possibly what it says.
#pragma once

#include <string>

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class Tcp : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_send;
    std::string m_expect;
};

}  // namespace lark_batch::healthcheck
