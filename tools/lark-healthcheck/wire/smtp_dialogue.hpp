// The client's side of SMTP as far as a probe goes (RFC 5321, 3207, 4954).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/text/secret.hpp"
#include "tools/lark-healthcheck/wire/stream.hpp"

namespace lark_batch::healthcheck {

class SmtpDialogue {
public:
    // `stream` must outlive it. All throw Error(unavailable) for an answer
    // with another code than the one that is due: "EHLO: 554 ... instead of
    // 250".
    explicit SmtpDialogue(Stream& stream) : m_stream(stream) {}

    void greet();  // waits for the banner
    void ehlo();
    // Of the last ehlo(), "STARTTLS" or "AUTH PLAIN", without regard to case.
    bool offers(std::string_view capability,
                std::string_view parameter = {}) const;
    // Asks for TLS; the caller then starts it on the stream.
    void ask_for_tls();
    // By PLAIN (RFC 4616). The stream must be encrypted or local.
    void log_in(const std::string& user, const text::Secret& password);
    void quit();

private:
    struct Reply {
        int code = 0;
        std::vector<std::string> lines;
    };

    Reply read_reply();
    Reply ask(const std::string& line, std::string_view what, int wanted);
    Reply demand(std::string_view what, int wanted);

    Stream& m_stream;
    std::vector<std::string> m_capabilities;  // upper case
};

}  // namespace lark_batch::healthcheck
