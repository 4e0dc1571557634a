// The kind amqp, against a real RabbitMQ and servers that misbehave.
#include "tools/lark-healthcheck/kinds/amqp.hpp"

#include "tests/healthcheck/broker.hpp"
#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tcp_server.hpp"

namespace lark_batch::healthcheck {

namespace {

test::RabbitServer& rabbit() {
    static const bool ready = (test::broker().await(), true);
    REQUIRE(ready);
    return test::broker();
}

Seen look(const std::string& address, std::vector<Given> more,
          const std::string& password = "hunter2", int milliseconds = 5'000) {
    more.push_back({"address", {address}});
    Bench<Amqp> bench{more};
    REQUIRE(bench.complaints() == "");
    return bench.secret("password", password)
        .look(clock::Duration{milliseconds});
}

std::vector<Given> login(const std::string& user, const std::string& vhost,
                         std::vector<Given> more = {}) {
    more.push_back({"user", {user}});
    more.push_back({"vhost", {vhost}});
    return more;
}

Seen look_at(const std::function<void(test::Wire&)>& talk) {
    const test::TcpServer server{talk};
    return look(server.address(), {}, "hunter2", 300);
}

}  // namespace

TEST_CASE("amqp: a broker that lets us in is OK, and its queues are measured") {
    const std::string address = rabbit().address();
    CHECK(look(address, login("app", "shop")).message == "RabbitMQ 3.10.8");
    const Seen seen =
        look(address, login("app", "shop", {{"queues", {"orders"}}}));
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.value("messages") == 0);
    CHECK(seen.value("consumers:orders") == 0);
    const Seen idle = look(
        address, login("app", "shop",
                       {{"queues", {"orders"}}, {"consumers-crit", {"1:"}}}));
    CHECK(idle.state == State::critical);
    CHECK(idle.says("0 consumers of 'orders' (limit 1:)"));
}

TEST_CASE("amqp: a missing queue leaves the others seen") {
    const std::string address = rabbit().address();
    const Seen missing =
        look(address, login("app", "shop", {{"queues", {"none", "orders"}}}));
    CHECK(missing.state == State::critical);
    CHECK(missing.says("queue 'none' is missing"));
    CHECK(missing.value("messages:orders") == 0);
}

TEST_CASE("amqp: a wrong password and a wrong vhost are told apart") {
    const std::string address = rabbit().address();
    const Seen password = look(address, login("app", "shop"), "wrong-secret");
    CHECK(password.state == State::critical);
    CHECK(password.message == "wrong user or password (ACCESS_REFUSED)");
    CHECK(look(address, login("nobody", "shop")).message == password.message);
    const Seen missing = look(address, login("app", "market"));
    CHECK_MESSAGE(missing.says("vhost refused"), missing.message);
    CHECK(missing.says("market"));
    const Seen closed = look(address, login("app", "closed"));
    CHECK_MESSAGE(closed.says("vhost refused"), closed.message);
}

TEST_CASE("amqp: a broker under TLS is trusted by its certificate") {
    const std::string port = std::to_string(rabbit().tls_port());
    const auto sealed =
        login("app", "shop",
              {{"tls", {"true"}},
               {"ca-file", {test::broker_authority().certificate()}}});
    const Seen seen = look("localhost:" + port, sealed);
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.finding.certificate_expiry.has_value());
    CHECK(look("127.0.0.1:" + port, sealed)
              .says("certificate is not for '127.0.0.1' but for 'localhost'"));
    CHECK(look("localhost:" + port, login("app", "shop", {{"tls", {"true"}}}))
              .says("unknown issuer"));
    CHECK(look("localhost:" + std::to_string(rabbit().port()), sealed).state ==
          State::critical);
}

TEST_CASE("amqp: nobody there, another protocol, silence and half an answer") {
    const auto closed = "127.0.0.1:" + std::to_string(test::free_port());
    CHECK(look(closed, {}).message == "connection refused");
    CHECK(look(closed, {{"tls", {"true"}}}).message == "connection refused");
    const Seen other = look_at([](test::Wire& wire) {
        wire.say("HTTP/1.1 400 Bad Request\r\n\r\n");
        wire.hold();
    });
    CHECK_MESSAGE(other.says("not AMQP"), other.message);
    CHECK(look_at([](test::Wire&) {}).says("connection"));
    check_ends_in_time(look_at([](test::Wire& wire) { wire.hold(); }), 0.3);
    check_ends_in_time(
        look_at([](test::Wire& wire) { wire.drip(std::string(1, '\1')); }),
        0.3);
    const test::TcpServer silent{[](test::Wire& wire) { wire.hold(); }};
    check_ends_in_time(look(silent.address(), {{"tls", {"true"}}}, "x", 300),
                       0.3);
}

}  // namespace lark_batch::healthcheck
