// The kind tls: every way in which a certificate can be wrong.
#include "tools/lark-healthcheck/kinds/tls.hpp"

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/process.hpp"
#include "tests/support/smtp_server.hpp"
#include "tests/support/tcp_server.hpp"

namespace lark_batch::healthcheck {

namespace {

using test::CertificateWish;

test::Authority& authority() {
    static test::Authority instance;
    return instance;
}

// `openssl s_server` with a certificate as wished.
class Server {
public:
    explicit Server(const CertificateWish& wish = {},
                    const std::vector<std::string>& arguments = {})
        : m_port(test::free_port()), m_process(start(wish, arguments)) {
        test::wait_for("openssl s_server",
                       [this] { return test::listening(m_port); });
    }

    std::string address() const {
        return "localhost:" + std::to_string(m_port);
    }

private:
    test::Process start(const CertificateWish& wish,
                        const std::vector<std::string>& arguments) const {
        const auto files = authority().issue(wish);
        test::Command command;
        command.argv = {test::find_program("openssl", "openssl"),
                        "s_server",
                        "-quiet",
                        "-accept",
                        std::to_string(m_port),
                        "-cert",
                        files.certificate,
                        "-key",
                        files.key};
        command.argv.insert(command.argv.end(), arguments.begin(),
                            arguments.end());
        return test::Process{command};
    }

    int m_port;
    test::Process m_process;
};

Seen look(const std::string& address, std::vector<Given> more = {}) {
    more.push_back({"address", {address}});
    more.push_back({"ip-version", {"4"}});
    if (std::ranges::find(more, "ca-file", &Given::option) == more.end()) {
        more.push_back({"ca-file", {authority().certificate()}});
    }
    const Bench<TlsServer> bench{more};
    REQUIRE(bench.complaints() == "");
    return bench.look(clock::Duration{3'000});
}

Seen look_at(const CertificateWish& wish, std::vector<Given> more = {}) {
    const Server server{wish};
    return look(server.address(), std::move(more));
}

}  // namespace

TEST_CASE("tls: a good certificate is shown with the days it has left") {
    const Seen seen = look_at({});
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.says("TLSv1.3, certificate of 'localhost' by 'Test Authority'"));
    CHECK(seen.says("60 days left"));
    CHECK(seen.value("cert_days") == doctest::Approx(60).epsilon(0.01));
    const double now = clock::unix_seconds(clock::system_clock().now());
    REQUIRE(seen.finding.certificate_expiry.has_value());
    CHECK(*seen.finding.certificate_expiry ==
          doctest::Approx(now + 60 * 86'400).epsilon(0.001));
}

TEST_CASE("tls: an end that is near warns, and then alarms") {
    const Seen near = look_at({{"localhost"}, -1, 10});
    CHECK(near.state == State::warning);
    CHECK(near.says("certificate of 'localhost' ends in 10 days, on 20"));
    CHECK(look_at({{"localhost"}, -1, 5}).state == State::critical);
    CHECK(look_at({{"localhost"}, -1, 5},
                  {{"cert-warn", {"3:"}}, {"cert-crit", {"1:"}}})
              .state == State::ok);
}

TEST_CASE("tls: a certificate out of its time is told with the day") {
    const Seen ended = look_at({{"localhost"}, -30, -3});
    CHECK(ended.state == State::critical);
    CHECK(ended.says("certificate of 'localhost' has expired (20"));
    CHECK(ended.finding.certificate_expiry.has_value());
    CHECK(look_at({{"localhost"}, 2, 30}).says("is not valid yet"));
}

TEST_CASE("tls: a certificate for another name is told with its names") {
    const Seen seen = look_at({{"other.test", "third.test"}});
    CHECK(seen.state == State::critical);
    CHECK(seen.message ==
          "certificate is not for 'localhost' but for 'other.test' and 1 "
          "more");
    CHECK(look_at({{"other.test"}}, {{"server-name", {"other.test"}}}).state ==
          State::ok);
    CHECK(look_at({{"IP:127.0.0.1"}}, {{"server-name", {"127.0.0.1"}}}).state ==
          State::ok);
    CHECK(look_at({}, {{"server-name", {"127.0.0.1"}}})
              .says("is not for '127.0.0.1'"));
}

TEST_CASE("tls: who signed must be trusted") {
    CertificateWish own;
    own.self_signed = true;
    CHECK(look_at(own).message == "self-signed certificate");
    test::Authority stranger;
    CHECK(look_at({}, {{"ca-file", {stranger.certificate()}}})
              .says("another authority of the same name"));
    CHECK(look_at({}, {{"ca-file", {""}}}).says("unknown issuer"));
}

TEST_CASE("tls: an old version is refused, and allowed on wish") {
    const Server server{{}, {"-tls1_2"}};
    const Seen seen = look(server.address(), {{"tls-min-version", {"1.3"}}});
    CHECK(seen.state == State::critical);
    CHECK(seen.says("no TLS version that is accepted here"));
    CHECK(look(server.address()).says("TLSv1.2"));
}

TEST_CASE("tls: the certificate of a mail server is seen by STARTTLS") {
    test::SmtpOptions options;
    options.tls = "starttls";
    const test::SmtpServer server{options};
    const std::string address = server.url().substr(7);
    const Seen seen = look(address, {{"starttls", {"smtp"}},
                                     {"ca-file", {server.certificate()}},
                                     {"cert-warn", {""}},
                                     {"cert-crit", {""}}});
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    const test::SmtpServer plain;
    CHECK(look(plain.url().substr(7), {{"starttls", {"smtp"}}}).message ==
          "the server does not offer STARTTLS");
}

TEST_CASE("tls: half a handshake ends with the deadline or the connection") {
    test::TcpServer half{[](test::Wire& wire) {
        // A record of 74 bytes is announced, two come.
        wire.say(std::string{"\x16\x03\x03\x00\x4a\x02\x00", 7});
        wire.hold();
    }};
    const Bench<TlsServer> bench{{{"address", {half.address()}}}};
    check_ends_in_time(bench.look(clock::Duration{200}), 0.2);
    test::TcpServer cut{[](test::Wire& wire) {
        wire.say(std::string{"\x16\x03\x03\x00\x4a\x02\x00", 7});
    }};
    const Bench<TlsServer> other{{{"address", {cut.address()}}}};
    CHECK(other.look().says("connection"));
}

TEST_CASE("tls: days with a unit and a missing file are found at once") {
    CHECK(Bench<TlsServer>{{{"address", {"a"}}, {"cert-warn", {"14d:"}}}}
              .complaints()
              .find("must be days without a unit") != std::string::npos);
    CHECK(Bench<TlsServer>{{{"address", {"a"}}, {"ca-file", {"/no/file"}}}}
              .complaints()
              .find("readable file") != std::string::npos);
}

}  // namespace lark_batch::healthcheck
