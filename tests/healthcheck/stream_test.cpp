// Connections of probes, plain and under TLS, and their faults in words.
#include "tools/lark-healthcheck/wire/stream.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "lib/errors/error.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tcp_server.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Duration;

std::string error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const errors::Error& error) {
        return error.what();
    }
    return "nothing";
}

clock::Deadline in(int milliseconds) {
    return {clock::system_clock(), Duration{milliseconds}};
}

Stream open(const std::string& address, int milliseconds = 5'000) {
    return {endpoint_of(address, 0), "any", in(milliseconds)};
}

}  // namespace

TEST_CASE("stream: an endpoint is a host and a port, in brackets for IPv6") {
    CHECK(endpoint_of("db.test:5432", 0).str() == "db.test:5432");
    CHECK(endpoint_of("db.test", 5432).str() == "db.test:5432");
    CHECK(endpoint_of("[::1]:6379", 0).host == "::1");
    CHECK(endpoint_of("[::1]:6379", 0).str() == "[::1]:6379");
    CHECK(endpoint_of("::1", 6379).str() == "[::1]:6379");
    for (const char* wrong :
         {"", "db.test", ":80", "db.test:", "db.test:http", "db.test:0",
          "db.test:65536", "[::1:80", "http://db.test:80", "a b:80",
          "user@db.test:80"}) {
        CAPTURE(wrong);
        CHECK(error_of([&] { endpoint_of(wrong, 0); }).find("host:port") !=
              std::string::npos);
    }
}

TEST_CASE("stream: lines come whole, however they were cut") {
    test::TcpServer server{[](test::Wire& wire) {
        wire.say("one\r\ntw");
        wire.hear_line();
        wire.say("o\nthree");
    }};
    Stream stream = open(server.address());
    CHECK(stream.read_line() == "one");
    stream.write("go on\n");
    CHECK(stream.read_line() == "two");
    CHECK(error_of([&] { stream.read_line(); }) ==
          "the server closed the connection");
}

TEST_CASE("stream: a line that does not end is not read for ever") {
    test::TcpServer server{
        [](test::Wire& wire) { wire.say(std::string(100'000, 'x')); }};
    Stream stream = open(server.address());
    CHECK(error_of([&] { stream.read_line(1'000); }) ==
          "the server's line does not end");
}

TEST_CASE("stream: nobody there, nobody known, nobody answering") {
    const std::string closed = "127.0.0.1:" + std::to_string(test::free_port());
    CHECK(error_of([&] { open(closed); }) == "connection refused");
    CHECK(error_of([] {
              open("no-such-host.invalid:80");
          }).find("no-such-host.invalid") != std::string::npos);
    CHECK(error_of([] {
              Stream{endpoint_of("127.0.0.1:80", 0), "6", in(1'000)};
          }).find("address") != std::string::npos);
    CHECK(error_of([] {
              Stream{endpoint_of("no-such-host.invalid:80", 0), "6", in(1'000)};
          }) ==
          "host 'no-such-host.invalid' is unknown, or has no address of "
          "IPv6");
    test::TcpServer silent{[](test::Wire& wire) { wire.hold(); }};
    const auto begin = clock::system_clock().instant();
    CHECK(error_of([&] { open(silent.address(), 200).read_line(); }) ==
          "no answer");
    const auto waited = clock::system_clock().instant() - begin;
    CHECK(waited >= std::chrono::milliseconds{200});
    CHECK(waited < std::chrono::milliseconds{600});
}

TEST_CASE("stream: a slow drip ends with the deadline, too") {
    test::TcpServer server{[](test::Wire& wire) { wire.drip("x"); }};
    CHECK(error_of([&] { open(server.address(), 300).read_line(); }) ==
          "no answer");
}

TEST_CASE("stream: a reset is told as one") {
    test::TcpServer server{[](test::Wire& wire) {
        wire.hear_line();
        wire.reset();
    }};
    Stream stream = open(server.address());
    stream.write("hello\n");
    CHECK(error_of([&] { stream.read_line(); }) == "connection reset");
}

TEST_CASE("stream: who speaks no TLS is told so") {
    const auto shake = [](Stream& stream) { stream.start_tls({"localhost"}); };
    test::TcpServer plain{[](test::Wire& wire) {
        wire.say("220 mail.test\r\n");
        wire.hold();
    }};
    Stream one = open(plain.address());
    CHECK(error_of([&] { shake(one); }) == "the server does not speak TLS");
    test::TcpServer closing{[](test::Wire&) {}};
    Stream two = open(closing.address());
    CHECK(error_of([&] { shake(two); }).find("connection") !=
          std::string::npos);
    test::TcpServer silent{[](test::Wire& wire) { wire.hold(); }};
    Stream three = open(silent.address(), 200);
    CHECK(error_of([&] { shake(three); }) == "no answer");
}

TEST_CASE("stream: bytes from before the handshake are not trusted") {
    test::TcpServer server{[](test::Wire& wire) {
        wire.say("220 go ahead\r\nMALICE\r\n");
        wire.hold();
    }};
    Stream stream = open(server.address());
    CHECK(stream.read_line() == "220 go ahead");
    CHECK(error_of([&] { stream.start_tls({"localhost"}); }) ==
          "the server sent more before TLS than it may");
}

}  // namespace lark_batch::healthcheck
