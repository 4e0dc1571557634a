#include "tests/support/smtp_server.hpp"

#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

void make_certificate(const std::string& certificate, const std::string& key) {
    const auto made =
        run({find_program("openssl", "openssl"), "req", "-x509", "-newkey",
             "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days",
             "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost"});
    if (made.exit_code != 0) {
        throw std::runtime_error("openssl req: " + made.err);
    }
}

}  // namespace

SmtpServer::SmtpServer(const SmtpOptions& options)
    : m_scheme(options.tls == "smtps" ? "smtps" : "smtp"),
      m_port(free_port()),
      m_process(start(options)) {
    wait_for("the mail server", [this] {
        return m_process.out().find("ready") != std::string::npos;
    });
}

Process SmtpServer::start(const SmtpOptions& options) const {
    Command command;
    command.argv = {find_program("python3", "python3"),
                    LARK_SMTP_SERVER,
                    "--port",
                    std::to_string(m_port),
                    "--folder",
                    m_dir.path(),
                    "--tls",
                    options.tls,
                    "--user",
                    options.user,
                    "--password",
                    options.password};
    const auto add = [&](const std::string& name, const std::string& value) {
        command.argv.push_back(name);
        command.argv.push_back(value);
    };
    if (options.tls != "none") {
        make_certificate(certificate(), m_dir / "key.pem");
        add("--certificate", certificate());
        add("--key", m_dir / "key.pem");
    }
    for (const auto& refusal : options.refuse) {
        add("--refuse", refusal);
    }
    add("--mechanism", options.mechanism);
    if (options.silent) {
        command.argv.emplace_back("--silent");
    }
    if (options.hold) {
        command.argv.emplace_back("--hold");
    }
    return Process{command};
}

std::string SmtpServer::url(const std::string& host) const {
    return m_scheme + "://" + host + ":" + std::to_string(m_port);
}

bool SmtpServer::holds_mail() const {
    return std::filesystem::exists(m_dir / "held");
}

std::vector<std::string> SmtpServer::mails() const {
    std::vector<std::string> all;
    for (;;) {
        const auto path = m_dir / (std::to_string(all.size() + 1) + ".mail");
        if (!std::filesystem::exists(path)) {
            return all;
        }
        all.push_back(read_file(path));
    }
}

}  // namespace lark_batch::test
