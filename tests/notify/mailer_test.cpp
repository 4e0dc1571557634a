#include "lib/notify/mailer.hpp"

#include "tests/notify/desk.hpp"
#include "tests/support/smtp_server.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using errors::Kind;
using lark_batch::test::SmtpOptions;
using lark_batch::test::SmtpServer;

namespace {

config::ChannelSettings mail_to(const SmtpServer& server,
                                const std::string& tls = "none") {
    auto channel = channel_of("email");
    channel.smtp = server.url();
    channel.tls = tls;
    channel.from = "Ops <ops@example.com>";
    channel.to = {"zhang@example.com", "li@example.com"};
    return channel;
}

}  // namespace

TEST_CASE("mailer: a digest is one mail to all, encrypted and signed in") {
    const SmtpServer server{{"starttls", "me", "hunter2"}};
    http::Settings settings;
    settings.ca_file = server.certificate();
    Desk desk{"http://127.0.0.1:1", settings};
    auto channel = mail_to(server, "required");
    channel.user = "me";
    channel.password = text::Secret{"hunter2"};
    MailSender sender{channel, desk.courier()};
    const auto digest = digest_of({entry_of("a")});
    CHECK_FALSE(send_one(sender, digest));
    const auto mails = server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(has(mails[0], "sender: <ops@example.com>\n"));
    CHECK(has(mails[0], "receivers: <zhang@example.com> <li@example.com>\n"));
    CHECK(has(mails[0], "encrypted: True\n"));
    CHECK(has(mails[0], "\r\nFrom: \"Ops\" <ops@example.com>\r\n"));
    CHECK(has(mails[0], "\r\nMessage-ID: <" + digest.id() + "@example.com>"));
}

TEST_CASE("mailer: a refusal is told without names and passwords") {
    SmtpOptions options{"starttls", "me", "right"};
    const SmtpServer server{options};
    http::Settings settings;
    settings.ca_file = server.certificate();
    Desk desk{"http://127.0.0.1:1", settings};
    auto channel = mail_to(server, "required");
    channel.user = "me";
    channel.password = text::Secret{"hunter2"};
    MailSender sender{channel, desk.courier()};
    const auto failure = send_one(sender, digest_of({entry_of("a")}));
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::denied);
}

TEST_CASE("mailer: what was put off once is sent again, after a pause") {
    SmtpOptions options;
    options.refuse = {"rcpt:450:1"};
    const SmtpServer server{options};
    Desk desk;
    MailSender sender{mail_to(server), desk.courier()};
    const auto before = desk.clock.instant();
    CHECK_FALSE(send_one(sender, digest_of({entry_of("a")})));
    CHECK(server.mails().size() == 1);
    CHECK(desk.clock.instant() > before);
}

TEST_CASE("mailer: what is put off again is left to the next run") {
    SmtpOptions options;
    options.refuse = {"rcpt:450:2"};
    const SmtpServer server{options};
    Desk desk;
    MailSender sender{mail_to(server), desk.courier()};
    const auto digest = digest_of({entry_of("a")});
    const auto failure = send_one(sender, digest);
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::unavailable);
    CHECK_FALSE(has(failure->what(), "zhang"));
    CHECK_FALSE(send_one(sender, digest));
    CHECK(server.mails().size() == 1);
}

TEST_CASE("mailer: after the run's time nothing is sent") {
    const SmtpServer server;
    Desk desk;
    desk.deadline = clock::Deadline{desk.clock, clock::Duration{0}};
    MailSender sender{mail_to(server), desk.courier()};
    const auto failure = send_one(sender, digest_of({entry_of("a")}));
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::timeout);
    CHECK(server.mails().empty());
}
