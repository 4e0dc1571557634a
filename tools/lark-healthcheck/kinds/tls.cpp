#include "tools/lark-healthcheck/kinds/tls.hpp"

#include <fmt/format.h>

#include <cmath>

#include "tools/lark-healthcheck/wire/smtp_dialogue.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_https = 443;
constexpr int k_smtp = 25;

int default_port(const std::string& starttls) {
    return starttls == "smtp" ? k_smtp : k_https;
}

void begin_with_smtp(Stream& stream) {
    SmtpDialogue dialogue{stream};
    dialogue.greet();
    dialogue.ehlo();
    if (!dialogue.offers("STARTTLS")) {
        throw unavailable("the server does not offer STARTTLS");
    }
    dialogue.ask_for_tls();
}

}  // namespace

void TlsServer::declare(config::OptionSet& set, const Check&) {
    declare_address(set, m_address, k_https);
    declare_ip_version(set, m_ip_version);
    set.add("starttls", m_starttls)
        .help("protocol that is spoken before TLS; smtp: the port is 25")
        .choices({"none", "smtp"})
        .placeholder("PROTOCOL");
    declare_tls(set, m_tls);
}

std::string TlsServer::describe() const {
    return fmt::format("shakes hands with {} and looks at its certificates",
                       endpoint_of(m_address, default_port(m_starttls)).str());
}

Finding TlsServer::probe(const Surroundings& around,
                         const clock::Deadline& deadline) const {
    const Endpoint endpoint = endpoint_of(m_address, default_port(m_starttls));
    Finding finding;
    Stream stream{endpoint, m_ip_version, deadline};
    if (m_starttls == "smtp") {
        begin_with_smtp(stream);
    }
    if (secure(stream, m_tls, endpoint, around, finding)) {
        const Certificate& own = stream.chain().certificates.front();
        finding.ok(
            fmt::format("{}, certificate of '{}' by '{}', {:.0f} days left",
                        stream.tls_version(), own.subject, own.issuer,
                        std::floor(finding.measurements.front().value)));
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
