// One mail over SMTP (RFC 5321) on libcurl. With TLS the server's certificate
// is always verified.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::http {

enum class MailTls {
    required,  // smtps://, or smtp:// with STARTTLS before anything is said
    none,
};

struct MailServer {
    std::string url;  // smtp://host:587 or smtps://host:465
    MailTls tls = MailTls::required;
    std::string user;  // empty: no authentication
    text::Secret password;
};

struct Mail {
    std::string from;             // an address, without a name
    std::vector<std::string> to;  // addresses, at least one
    std::string content;          // RFC 5322, lines end with CRLF
};

struct MailFailure {
    // Its kind is denied when the server refuses our name and password,
    // unavailable when it does not answer, asks to come back later (4xx) or
    // its certificate is not trusted, failed when it refuses the mail for
    // good. It holds no address, no password and nothing the server said.
    errors::Error error;
    // The mail surely was not taken, and trying soon may help: nobody there,
    // or a 4xx.
    bool worth_repeating = false;
};

// Returns nothing once the server has accepted the mail for every recipient;
// when it refuses one, nobody gets it. The time limits and the CA file are
// those of `settings`; `limit` bounds the whole, whatever they say. `tick` is
// called about every second. An Error that it throws ends the transfer and
// comes out of here, unless the server has got the whole mail: then its
// answer is waited for, up to `patience`, and counts.
//
// Throws Error(bug) for a mail without sender or recipients.
std::optional<MailFailure> send_mail(const Settings& settings,
                                     const MailServer& server, const Mail& mail,
                                     clock::Duration limit,
                                     clock::Duration patience,
                                     const std::function<void()>& tick);

}  // namespace lark_batch::http
