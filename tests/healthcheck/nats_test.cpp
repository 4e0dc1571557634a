// The kind nats, against real servers and ones that misbehave.
#include "tools/lark-healthcheck/kinds/nats.hpp"

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/nats.hpp"
#include "tests/support/tcp_server.hpp"
#include "tools/lark-healthcheck/wire/stream.hpp"

namespace lark_batch::healthcheck {

namespace {

Seen look(const std::string& address, std::vector<Given> more = {},
          const std::string& secret = {}, const std::string& value = {},
          int milliseconds = 5'000) {
    more.push_back({"address", {address}});
    Bench<Nats> bench{more};
    REQUIRE(bench.complaints() == "");
    if (!secret.empty()) {
        bench.secret(secret, value);
    }
    return bench.look(clock::Duration{milliseconds});
}

Seen look_at(const std::function<void(test::Wire&)>& talk) {
    const test::TcpServer server{talk};
    return look(server.address(), {}, {}, {}, 300);
}

// A client that has subscribed, until it is destroyed.
Stream subscriber(const test::NatsServer& server, const std::string& subject) {
    Stream stream{
        endpoint_of(server.address(), 0), "any",
        clock::Deadline{clock::system_clock(), clock::Duration{5'000}}};
    stream.read_line();
    stream.write("CONNECT {\"verbose\":false}\r\nSUB " + subject +
                 " 1\r\nPING\r\n");
    CHECK(stream.read_line() == "PONG");
    return stream;
}

}  // namespace

TEST_CASE("nats: a server answers, and its monitor has its numbers") {
    const test::NatsServer server;
    CHECK(look(server.address()).message == "version 2.9.10 answers");
    const Stream one = subscriber(server, "orders.new");
    const Stream two = subscriber(server, "orders.*");
    const std::vector<Given> monitored{
        {"monitor-url", {server.monitor_url() + "/"}},
        {"subjects", {"orders.new"}}};
    const Seen seen = look(server.address(), monitored);
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.value("subscribers") == 2);
    CHECK(seen.value("connections") >= 2);
    CHECK(seen.value("slow_consumers") == 0);
    const Seen alone = look(
        server.monitor_url(),
        {{"subjects", {"orders.new", "nobody"}}, {"connections-warn", {"1"}}});
    CHECK(alone.state == State::critical);
    CHECK(alone.says("0 subscribers of 'nobody' (limit 1:)"));
    CHECK(alone.says("2 connections (limit 1)"));
    CHECK(alone.value("subscribers") == 0);
}

TEST_CASE("nats: logins by user and by token, right and wrong") {
    const test::NatsServer users{{"--user", "app", "--pass", "hunter2"}};
    const std::vector<Given> app{{"user", {"app"}}};
    CHECK(look(users.address(), app, "password", "hunter2").state == State::ok);
    const Seen wrong = look(users.address(), app, "password", "wrong-secret");
    CHECK(wrong.state == State::critical);
    CHECK(wrong.message == "the server refuses: 'Authorization Violation'");
    CHECK(look(users.address()).message ==
          "the server wants a login, and none is configured");
    const test::NatsServer tokens{{"--auth", "s3cret"}};
    CHECK(look(tokens.address(), {}, "token", "s3cret").state == State::ok);
}

TEST_CASE("nats: TLS is spoken where the server wants it") {
    test::Authority authority;
    const auto files = authority.issue();
    const test::NatsServer server{
        {"--tls", "--tlscert", files.certificate, "--tlskey", files.key}};
    const std::string address = "localhost:" + std::to_string(server.port());
    const Seen seen = look(address, {{"ca-file", {authority.certificate()}}});
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.finding.certificate_expiry.has_value());
    CHECK(look(address).says("unknown issuer"));
    const test::NatsServer plain;
    CHECK(look(plain.address(), {{"tls", {"true"}}}).message ==
          "the server does not offer TLS");
}

TEST_CASE("nats: other answers are told in words") {
    CHECK(look_at([](test::Wire& wire) {
              wire.say("220 mail.test\r\n");
          }).message == "the answer is not NATS: '220 mail.test'");
    CHECK(look_at([](test::Wire& wire) {
              wire.say("INFO {\"version\":\r\n");
          }).says("the answer is not NATS"));
    const Seen leaving = look_at([](test::Wire& wire) {
        wire.say("INFO {\"version\":\"9\",\"ldm\":true}\r\n");
        wire.hear_line();
        wire.say("PING\r\nPONG\r\n");
        wire.hold();
    });
    CHECK(leaving.state == State::warning);
    CHECK(leaving.says("lame duck mode"));
    check_ends_in_time(look_at([](test::Wire& wire) { wire.hold(); }), 0.3);
    check_ends_in_time(look_at([](test::Wire& wire) { wire.drip("I"); }), 0.3);
    check_ends_in_time(look_at([](test::Wire& wire) {
                           wire.say("INFO {\"version\":\"9\"}\r\n");
                           wire.hold();
                       }),
                       0.3);
}

TEST_CASE("nats: an ailing monitor is CRITICAL, and limits need one") {
    const test::HttpServer ailing{[](const test::HttpRequest& request) {
        if (request.target == "/healthz") {
            return test::Reply{503, {}, "{\"error\":\"JetStream is down\"}"};
        }
        return test::Reply{200, {}, "{\"version\":\"9\",\"connections\":1}"};
    }};
    const Seen seen = look(ailing.url());
    CHECK(seen.state == State::critical);
    CHECK(seen.says("/healthz says 503: JetStream is down"));
    const test::HttpServer other{[](const test::HttpRequest&) {
        return test::Reply{200, {}, "<html>"};
    }};
    CHECK(look(other.url()).message ==
          "monitor: status 200 and no JSON object at /varz");
    CHECK(Bench<Nats>{{{"address", {"nats.test"}}, {"subjects", {"a"}}}}
              .complaints()
              .find("limits and subjects need 'monitor_url'") !=
          std::string::npos);
}

}  // namespace lark_batch::healthcheck
