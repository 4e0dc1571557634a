// The kind tcp.
#include "tools/lark-healthcheck/kinds/tcp.hpp"

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tcp_server.hpp"

namespace lark_batch::healthcheck {

namespace {

Seen look(const std::vector<Given>& given, int milliseconds = 5'000) {
    const Bench<Tcp> bench{given};
    REQUIRE(bench.complaints() == "");
    return bench.look(clock::Duration{milliseconds});
}

}  // namespace

TEST_CASE("tcp: a port that accepts connections is OK") {
    test::TcpServer server{[](test::Wire& wire) { wire.hold(); }};
    const Seen seen = look({{"address", {server.address()}}});
    CHECK(seen.state == State::ok);
    CHECK(seen.message == "accepts connections");
}

TEST_CASE("tcp: what is sent and what comes back may be given") {
    test::TcpServer server{[](test::Wire& wire) {
        wire.say("hello\r\n");
        if (wire.hear_line() == "PING\r") {
            wire.say("+PO");
            wire.say("NG\r\n");
            wire.hold();
        }
    }};
    CHECK(look({{"address", {server.address()}},
                {"send", {"PING\r\n"}},
                {"expect", {"^[+]PONG"}}})
              .state == State::ok);
}

TEST_CASE("tcp: another answer is shown, and a silent end is told") {
    test::TcpServer other{[](test::Wire& wire) {
        wire.say("554 go away\r\n");
        wire.hold();
    }};
    const Seen refused =
        look({{"address", {other.address()}}, {"expect", {"^220 "}}});
    CHECK(refused.state == State::critical);
    CHECK(refused.seconds < 2);
    CHECK(refused.message == "'554 go away' does not match '^220 '");
    test::TcpServer closing{[](test::Wire&) {}};
    CHECK(look({{"address", {closing.address()}}, {"expect", {"^220 "}}})
              .says("closed the connection without a word"));
}

TEST_CASE("tcp: a flood and an answer that never comes end") {
    test::TcpServer flood{
        [](test::Wire& wire) { wire.say(std::string(1u << 20, 'x')); }};
    const Seen flooded =
        look({{"address", {flood.address()}}, {"expect", {"y"}}});
    CHECK(flooded.says("does not match"));
    CHECK(flooded.message.size() < 120);
    test::TcpServer silent{[](test::Wire& wire) { wire.hold(); }};
    check_ends_in_time(
        look({{"address", {silent.address()}}, {"expect", {"y"}}}, 200), 0.2);
}

TEST_CASE("tcp: a closed port is CRITICAL, a wrong key is found at once") {
    const auto closed = "127.0.0.1:" + std::to_string(test::free_port());
    const Seen seen = look({{"address", {closed}}});
    CHECK(seen.state == State::critical);
    CHECK(seen.message == "connection refused");
    CHECK(Bench<Tcp>{{{"address", {"nowhere"}}}}.complaints() ==
          "address must be host:port, not 'nowhere'\n");
    CHECK(Bench<Tcp>{{{"address", {"a:1"}}, {"expect", {"(("}}}}
              .complaints()
              .find("expect") == 0);
}

}  // namespace lark_batch::healthcheck
