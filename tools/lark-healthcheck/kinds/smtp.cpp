#include "tools/lark-healthcheck/kinds/smtp.hpp"

#include <fmt/format.h>

#include "tools/lark-healthcheck/wire/mistake.hpp"
#include "tools/lark-healthcheck/wire/smtp_dialogue.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_smtp = 25;
constexpr int k_smtps = 465;  // RFC 8314

}  // namespace

void Smtp::declare(config::OptionSet& set, const Check& check) {
    declare_address(set, m_address, k_smtp);
    declare_ip_version(set, m_ip_version);
    set.add("security", m_security)
        .help(
            "starttls: must offer it; implicit: TLS from the first byte, the "
            "port is 465; none: in clear text")
        .choices({"starttls", "implicit", "none"})
        .placeholder("MODE");
    set.add("user", m_user)
        .help("who logs in, by AUTH PLAIN; nobody if empty")
        .placeholder("NAME")
        .sample("alerts@example.com");
    declare_secret(set, check, "password", m_password);
    declare_tls(set, m_tls);
    set.after_loading([this, &check] { return complaints(check); });
}

config::Found Smtp::complaints(const Check& check) const {
    if (m_user.empty() || m_security != "none" || is_this_machine(endpoint())) {
        return {};
    }
    return mistake(check, "'user' would send a password in clear text",
                   "set security to starttls or implicit");
}

Endpoint Smtp::endpoint() const {
    return endpoint_of(m_address, m_security == "implicit" ? k_smtps : k_smtp);
}

std::string Smtp::describe() const {
    return fmt::format("greets {} by SMTP ({}){}", endpoint().str(), m_security,
                       m_user.empty() ? "" : " and logs in");
}

Finding Smtp::probe(const Surroundings& around,
                    const clock::Deadline& deadline) const {
    Finding finding;
    Stream stream{endpoint(), m_ip_version, deadline};
    SmtpDialogue dialogue{stream};
    if (m_security == "implicit" &&
        !secure(stream, m_tls, endpoint(), around, finding)) {
        return finding;
    }
    dialogue.greet();
    dialogue.ehlo();
    if (m_security == "starttls") {
        if (!dialogue.offers("STARTTLS")) {
            throw unavailable("the server does not offer STARTTLS");
        }
        dialogue.ask_for_tls();
        if (!secure(stream, m_tls, endpoint(), around, finding)) {
            return finding;
        }
        dialogue.ehlo();
    }
    if (!m_user.empty()) {
        if (!dialogue.offers("AUTH", "PLAIN")) {
            throw unavailable("the server does not offer AUTH PLAIN");
        }
        dialogue.log_in(m_user, m_password);
    }
    dialogue.quit();
    return finding.ok(m_user.empty() ? "accepts mail clients"
                                     : "accepts the login");
}

}  // namespace lark_batch::healthcheck
