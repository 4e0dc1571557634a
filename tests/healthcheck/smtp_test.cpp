// The kind smtp, against a real mail server and ones that misbehave.
#include "tools/lark-healthcheck/kinds/smtp.hpp"

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/smtp_server.hpp"
#include "tests/support/tcp_server.hpp"

namespace lark_batch::healthcheck {

namespace {

std::string address_of(const test::SmtpServer& server) {
    const std::string url = server.url();
    return url.substr(url.find("://") + 3);
}

test::SmtpOptions with_login(const std::string& tls) {
    test::SmtpOptions options;
    options.tls = tls;
    options.user = "app";
    options.password = "hunter2";
    return options;
}

Seen look(const test::SmtpServer& server, const std::string& security,
          const std::string& password = {}) {
    std::vector<Given> given{{"address", {address_of(server)}},
                             {"security", {security}},
                             {"cert-warn", {""}},
                             {"cert-crit", {""}}};
    if (security != "none") {
        given.push_back({"ca-file", {server.certificate()}});
    }
    if (!password.empty()) {
        given.push_back({"user", {"app"}});
    }
    Bench<Smtp> bench{given};
    REQUIRE(bench.complaints() == "");
    return bench.secret("password", password).look();
}

Seen look_at(const std::function<void(test::Wire&)>& talk) {
    const test::TcpServer server{talk};
    const Bench<Smtp> bench{
        {{"address", {server.address()}}, {"security", {"none"}}}};
    return bench.look(clock::Duration{300});
}

}  // namespace

TEST_CASE("smtp: a server is greeted, in clear text, by STARTTLS, under TLS") {
    const test::SmtpServer plain;
    CHECK(look(plain, "none").message == "accepts mail clients");
    test::SmtpOptions options;
    options.tls = "starttls";
    const test::SmtpServer starttls{options};
    const Seen sealed = look(starttls, "starttls");
    CHECK_MESSAGE(sealed.state == State::ok, sealed.message);
    CHECK(sealed.finding.certificate_expiry.has_value());
    options.tls = "smtps";
    const test::SmtpServer implicit{options};
    CHECK(look(implicit, "implicit").state == State::ok);
    CHECK(plain.mails().empty());
}

TEST_CASE("smtp: a login is tried, and a refused one is CRITICAL") {
    const test::SmtpServer server{with_login("starttls")};
    CHECK(look(server, "starttls", "hunter2").message == "accepts the login");
    const Seen refused = look(server, "starttls", "wrong-secret");
    CHECK(refused.state == State::critical);
    CHECK(refused.says("login: 535 instead of 235: who are you"));
    CHECK(!refused.says("wrong-secret"));
    test::SmtpOptions other = with_login("none");
    other.mechanism = "LOGIN";
    const test::SmtpServer without{other};
    CHECK(look(without, "none", "hunter2").message ==
          "the server does not offer AUTH PLAIN");
}

TEST_CASE("smtp: what is not encrypted as it must be is not spoken to") {
    const test::SmtpServer plain;
    const Bench<Smtp> wanted{{{"address", {address_of(plain)}}}};
    CHECK(wanted.look().message == "the server does not offer STARTTLS");
    const test::SmtpServer sealed{with_login("starttls")};
    Bench<Smtp> untrusted{
        {{"address", {address_of(sealed)}}, {"user", {"app"}}}};
    const Seen seen = untrusted.secret("password", "hunter2").look();
    CHECK(seen.state == State::critical);
    CHECK(seen.says("self-signed certificate"));
    CHECK(Bench<Smtp>{{{"address", {"mail.test"}},
                       {"security", {"none"}},
                       {"user", {"app"}}}}
              .complaints()
              .find("would send a password in clear text in check 'the "
                    "check'") != std::string::npos);
}

TEST_CASE("smtp: a server that is busy, strange, silent or slow is CRITICAL") {
    CHECK(look_at([](test::Wire& wire) {
              wire.say("421 too many connections\r\n");
          }).message == "banner: 421 instead of 220: too many connections");
    CHECK(look_at([](test::Wire& wire) {
              wire.say("SSH-2.0-OpenSSH\r\n");
          }).says("the answer is not SMTP: 'SSH-2.0-OpenSSH'"));
    CHECK(look_at([](test::Wire& wire) {
              wire.say("220 mail.test\r\n");
              wire.hear_line();
              wire.say("250-mail.test\r\n");
          }).message == "the server closed the connection");
    check_ends_in_time(look_at([](test::Wire& wire) { wire.hold(); }), 0.3);
    check_ends_in_time(look_at([](test::Wire& wire) { wire.drip("2"); }), 0.3);
}

}  // namespace lark_batch::healthcheck
