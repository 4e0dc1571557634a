// A real mail server on a loopback port, with a certificate of its own making
// for "localhost": it records what it accepts and refuses what it is told to.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

struct SmtpOptions {
    std::string tls = "none";  // or "starttls", "smtps"
    std::string user{};        // asks for it when not empty
    std::string password{};
    // "STEP:CODE" or "STEP:CODE:TIMES", of the steps auth, mail, rcpt, data.
    std::vector<std::string> refuse{};
    bool silent = false;              // accepts connections and says nothing
    std::string mechanism = "PLAIN";  // the one way to log in that it offers
    bool hold = false;  // answers a mail that it has only when told to
};

class SmtpServer {
public:
    explicit SmtpServer(const SmtpOptions& options = {});

    // smtp://localhost:PORT, or smtps://.
    std::string url(const std::string& host = "localhost") const;
    std::string certificate() const { return m_dir / "cert.pem"; }

    // What was accepted, in order: "sender: <..>", "receivers: <..> <..>",
    // "user: ..", "encrypted: True", an empty line, the content.
    std::vector<std::string> mails() const;

    // With `hold`: whether it has a mail; lets it answer.
    bool holds_mail() const;
    void let_go() const { m_dir.write("go", ""); }

private:
    Process start(const SmtpOptions& options) const;

    TempDir m_dir;
    std::string m_scheme;
    int m_port;
    Process m_process;
};

}  // namespace lark_batch::test
