#include "lib/http/smtp.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/smtp_server.hpp"

using namespace lark_batch;
using errors::Error;
using errors::Kind;
using http::MailServer;
using http::MailTls;
using test::SmtpOptions;
using test::SmtpServer;

namespace {

constexpr clock::Duration k_plenty{20'000};
const std::function<void()> k_no_tick = [] {};

http::Mail a_mail() {
    return {"ops@example.com",
            {"zhang@example.com", "li@example.com"},
            "Subject: x\r\n\r\n.hidden dot\r\ntext\r\n"};
}

MailServer plain(const SmtpServer& server) {
    return {server.url(), MailTls::none, "", {}};
}

MailServer sealed(const SmtpServer& server, const std::string& password = "") {
    MailServer known{server.url(), MailTls::required, "", {}};
    if (!password.empty()) {
        known.user = "me";
        known.password = text::Secret{password};
    }
    return known;
}

std::optional<http::MailFailure> try_mail(
    const MailServer& server, const std::string& ca_file = "",
    clock::Duration limit = k_plenty,
    const std::function<void()>& tick = k_no_tick) {
    http::Settings settings;
    settings.ca_file = ca_file;
    return http::send_mail(settings, server, a_mail(), limit, k_plenty, tick);
}

void send(const MailServer& server, const std::string& ca_file = "",
          clock::Duration limit = k_plenty,
          const std::function<void()>& tick = k_no_tick) {
    if (const auto failure = try_mail(server, ca_file, limit, tick)) {
        throw Error{failure->error};
    }
}

// What goes wrong; nothing of it may name the people or the password.
Error refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        const std::string all = std::string{error.what()} + error.hint();
        for (const auto* secret : {"zhang", "li@", "ops@", "hunter2"}) {
            CHECK(all.find(secret) == all.npos);
        }
        return error;
    }
    return Error{Kind::bug, "accepted"};
}

bool has(const Error& error, const std::string& part) {
    return std::string{error.what()}.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("smtp: one mail reaches every recipient as it was written") {
    const SmtpServer server;
    send(plain(server));
    const auto mails = server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0] ==
          "sender: <ops@example.com>\n"
          "receivers: <zhang@example.com> <li@example.com>\n"
          "user: \nencrypted: False\n\n"
          "Subject: x\r\n\r\n.hidden dot\r\ntext\r\n");
}

TEST_CASE("smtp: STARTTLS and SMTPS, with a name and a password") {
    for (const std::string tls : {"starttls", "smtps"}) {
        CAPTURE(tls);
        const SmtpServer server{{tls, "me", "hunter2"}};
        send(sealed(server, "hunter2"), server.certificate());
        const auto mails = server.mails();
        REQUIRE(mails.size() == 1);
        CHECK(mails[0].find("user: me\nencrypted: True\n") !=
              std::string::npos);
    }
}

TEST_CASE("smtp: a certificate that nobody vouches for is not spoken to") {
    for (const std::string tls : {"starttls", "smtps"}) {
        CAPTURE(tls);
        const SmtpServer server{{tls}};
        const Error unknown = refusal([&] { send(sealed(server)); });
        CHECK(unknown.kind() == Kind::unavailable);
        CHECK(has(unknown, "cannot be trusted"));
        MailServer other = sealed(server);
        other.url = server.url("127.0.0.1");
        CHECK(has(refusal([&] { send(other, server.certificate()); }),
                  "cannot be trusted"));
        CHECK(server.mails().empty());
    }
}

TEST_CASE("smtp: a server without encryption gets neither mail nor password") {
    const SmtpServer server{{"none", "me", "hunter2"}};
    const Error error = refusal([&] { send(sealed(server, "hunter2")); });
    CHECK(has(error, "offers no encryption"));
    CHECK(server.mails().empty());
}

TEST_CASE("smtp: a wrong password is a refusal of us") {
    const SmtpServer server{{"starttls", "me", "right"}};
    const Error error =
        refusal([&] { send(sealed(server, "hunter2"), server.certificate()); });
    CHECK(error.kind() == Kind::denied);
    CHECK(has(error, "smtp to 'localhost': the mail server refused our user"));
    CHECK(has(error, "code 535"));
}

TEST_CASE("smtp: a server too busy to check a password refuses nobody") {
    SmtpOptions options{"starttls", "me", "hunter2"};
    options.refuse = {"auth:454"};
    const SmtpServer server{options};
    const auto failure =
        try_mail(sealed(server, "hunter2"), server.certificate());
    REQUIRE(failure);
    CHECK(failure->error.kind() == Kind::unavailable);
    CHECK(has(failure->error, "code 454"));
    CHECK(failure->worth_repeating);
}

TEST_CASE("smtp: a way to log in that we do not know is no wrong password") {
    SmtpOptions options{"starttls", "me", "hunter2"};
    options.mechanism = "X-OWN";
    const SmtpServer server{options};
    const Error error =
        refusal([&] { send(sealed(server, "hunter2"), server.certificate()); });
    CHECK(error.kind() == Kind::denied);
    CHECK(has(error, "offers no way to log in"));
}

TEST_CASE("smtp: a mail to nobody or from nobody is a bug, and says nothing") {
    const SmtpServer server;
    http::Mail to_nobody = a_mail();
    to_nobody.to.clear();
    http::Mail to_blank = a_mail();
    to_blank.to.emplace_back();
    http::Mail from_nobody = a_mail();
    from_nobody.from.clear();
    for (const auto& mail : {to_nobody, to_blank, from_nobody}) {
        const Error error = refusal([&] {
            http::send_mail({}, plain(server), mail, k_plenty, k_plenty,
                            k_no_tick);
        });
        CHECK(error.kind() == Kind::bug);
        CHECK(has(error, "no sender or no recipient"));
    }
    CHECK(server.mails().empty());
}

TEST_CASE("smtp: what surely was not taken is worth repeating") {
    const auto is_worth = [](const std::string& refused) {
        SmtpOptions options;
        options.refuse = {refused};
        const SmtpServer server{options};
        const auto failure = try_mail(plain(server));
        REQUIRE(failure);
        return failure->worth_repeating;
    };
    CHECK(is_worth("rcpt:450"));
    CHECK(is_worth("data:451"));
    CHECK_FALSE(is_worth("rcpt:550"));
    const MailServer nobody{
        "smtp://127.0.0.1:" + std::to_string(test::free_port()),
        MailTls::none,
        "",
        {}};
    const auto unreached = try_mail(nobody);
    REQUIRE(unreached);
    CHECK(unreached->worth_repeating);
}

TEST_CASE("smtp: a stop waits for the answer to a mail that was handed over") {
    SmtpOptions options;
    options.hold = true;
    const SmtpServer server{options};
    bool stopped = false;
    CHECK_NOTHROW(send(plain(server), "", k_plenty, [&] {
        if (server.holds_mail()) {
            stopped = true;
            server.let_go();
            throw Error{Kind::stopped, "stopped by SIGTERM"};
        }
    }));
    CHECK(stopped);
    CHECK(server.mails().size() == 1);
}

TEST_CASE("smtp: later is later, and no is no") {
    const auto refused = [](const std::string& what) {
        SmtpOptions options;
        options.refuse = {what};
        const SmtpServer server{options};
        Error error = refusal([&] { send(plain(server)); });
        CHECK(server.mails().empty());
        return error;
    };
    const Error later = refused("rcpt:450");
    CHECK(later.kind() == Kind::unavailable);
    CHECK(has(later, "refused a recipient with code 450"));
    const Error never = refused("rcpt:550");
    CHECK(never.kind() == Kind::failed);
    CHECK(has(never, "refused a recipient with code 550"));
    CHECK(has(refused("mail:553"), "refused the sender with code 553"));
    CHECK(has(refused("data:554"), "refused the mail with code 554"));
    CHECK(refused("data:451").kind() == Kind::unavailable);
}

TEST_CASE("smtp: one recipient refused, nobody gets it") {
    SmtpOptions options;
    options.refuse = {"rcpt:550:1"};
    const SmtpServer server{options};
    CHECK(has(refusal([&] { send(plain(server)); }), "550"));
    CHECK(server.mails().empty());
    send(plain(server));
    CHECK(server.mails().size() == 1);
}

TEST_CASE("smtp: nobody there, or nobody who speaks, ends in time") {
    const MailServer nobody{
        "smtp://127.0.0.1:" + std::to_string(test::free_port()),
        MailTls::none,
        "",
        {}};
    CHECK(refusal([&] { send(nobody); }).kind() == Kind::unavailable);
    SmtpOptions options;
    options.silent = true;
    const SmtpServer silent{options};
    CHECK(refusal([&] {
              send(plain(silent), "", clock::Duration{100});
          }).kind() == Kind::unavailable);
}

TEST_CASE("smtp: the tick ends it") {
    SmtpOptions options;
    options.silent = true;
    const SmtpServer silent{options};
    const Error error = refusal([&] {
        send(plain(silent), "", k_plenty, [] {
            throw Error{Kind::stopped, "stopped by SIGTERM"};
        });
    });
    CHECK(error.kind() == Kind::stopped);
    CHECK(std::string{error.what()} == "stopped by SIGTERM");
}
