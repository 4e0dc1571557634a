// Servers that do what servers must not: each check ends in time and says so.
#include <doctest/doctest.h>

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <thread>

#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tcp_server.hpp"
#include "tests/support/tls_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::Behaviour;
using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using lark_batch::test::TcpServer;
using lark_batch::test::TlsServer;
using lark_batch::test::Wire;

Seen facing(Behaviour behaviour) {
    HttpServer server{[&](const HttpRequest&) {
        return Reply{.body = std::string(100, 'x'), .behaviour = behaviour};
    }};
    return look({"http", server.url() + "/", "--timeout", "250ms"});
}

// Answers one connection with as much as it takes, up to ten gigabytes.
class Flood {
public:
    Flood()
        : m_listener(lark_batch::test::listen_on(0)),
          m_thread([this] { pour(); }) {}
    ~Flood() { m_thread.join(); }
    Flood(const Flood&) = delete;
    Flood& operator=(const Flood&) = delete;

    std::string url() const {
        return "http://127.0.0.1:" +
               std::to_string(lark_batch::test::port_of(m_listener.get())) +
               "/";
    }

private:
    void pour() const {
        const lark_batch::test::FileDescriptor peer{
            ::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        const std::string head =
            "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n";
        ::send(peer.get(), head.data(), head.size(), MSG_NOSIGNAL);
        const std::string part(1u << 16, 'x');
        while (::send(peer.get(), part.data(), part.size(), MSG_NOSIGNAL) > 0) {
        }
    }

    lark_batch::test::FileDescriptor m_listener;
    std::thread m_thread;
};

// To its end: what is left unread makes of an end a reset.
void hear_request(const Wire& wire) {
    while (wire.hear_line().size() > 1) {
    }
}

}  // namespace

TEST_CASE("http kind: a server that never answers is given up in time") {
    const Seen seen = facing(Behaviour::hang);
    CHECK(seen.str() == "CRITICAL: no answer within 250ms");
    CHECK(seen.seconds < 2);
}

TEST_CASE("http kind: a server that drips is given up in time") {
    const Seen seen = facing(Behaviour::drip);
    CHECK(seen.str() == "CRITICAL: no answer within 250ms");
    CHECK(seen.seconds < 2);
}

TEST_CASE("http kind: a reset and half an answer are told") {
    CHECK(facing(Behaviour::reset).str() == "CRITICAL: connection reset");
    const Seen half = facing(Behaviour::truncate);
    CHECK(half.state == State::critical);
    CHECK(half.message.find("bytes remaining") != std::string::npos);
}

TEST_CASE("http kind: ten gigabytes are not read") {
    const Flood flood;
    const Seen seen = look({"http", flood.url(), "--max-body", "64KiB"});
    CHECK(seen.str() == "CRITICAL: the answer is larger than 65536 bytes");
    CHECK(seen.seconds < 5);
}

TEST_CASE("http kind: nobody there, and no such host") {
    CHECK(look({"http", "http://127.0.0.1:1/"}).str() ==
          "CRITICAL: connection refused");
    CHECK(look({"http", "http://[::1]:1/"}).str() ==
          "CRITICAL: connection refused");
    CHECK(look({"http", "http://no-such-host.invalid/"})
              .message.find("no-such-host.invalid") != std::string::npos);
}

TEST_CASE("http kind: what is said before an answer ends is no answer") {
    const auto told = [](const std::string& said) {
        const TcpServer server{[&](Wire& wire) {
            hear_request(wire);
            wire.say(said);
        }};
        return look({"http", "http://" + server.address() + "/"}).str();
    };
    CHECK(told("HTTP/1.1 200 OK\r\nContent-Le") ==
          "CRITICAL: the answer breaks off in its headers");
    CHECK(told("HTTP/1.1 200 OK\r\nA: b\r\n") ==
          "CRITICAL: the answer breaks off in its headers");
    CHECK(told("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") ==
          "CRITICAL: the answer breaks off in its headers");
    CHECK(told("HTTP/1.0 200 OK\n\n") == "OK: HTTP 200, 0 bytes");
    CHECK(told("SSH-2.0-OpenSSH_9.2\r\n") ==
          "CRITICAL: the answer is not HTTP");
    CHECK(told("HTTP/1.1 200 OK\r\nA: " + std::string(200'000, 'x') +
               "\r\n\r\n") == "CRITICAL: a header of the answer is too long");
    CHECK(told("") ==
          "CRITICAL: the server closed the connection without an answer");
}

TEST_CASE("http kind: who fails behind a redirect is named") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.status = 302,
                     .headers = {{"Location", "http://localhost:1/x"}}};
    }};
    CHECK(look({"http", server.url() + "/", "--follow", "1"}).str() ==
          "CRITICAL: redirected to 'localhost': connection refused");
    HttpServer astray{[](const HttpRequest&) {
        return Reply{.status = 302,
                     .headers = {{"Location", "file:///etc/hostname"}}};
    }};
    CHECK(look({"http", astray.url() + "/", "--follow", "1"}).str() ==
          "CRITICAL: redirected to what is no web address");
}

TEST_CASE("http kind: who speaks no TLS is told as by the kind tls") {
    const TcpServer server{[](Wire& wire) {
        wire.say("HTTP/1.1 400 Bad Request\r\n\r\n");
        wire.hold();
    }};
    CHECK(look({"http", "https://" + server.address() + "/"}).str() ==
          "CRITICAL: the server does not speak TLS");
}

TEST_CASE("http kind: a certificate's end is told, and judged by days") {
    const TlsServer server{2};
    const std::string url = server.url("localhost");
    const auto with = [&](const std::string& crit) {
        return look({"http", url, "--ca-file", server.certificate(),
                     "--cert-warn", "", "--cert-crit", crit});
    };
    const Seen fine = with("1:");
    CHECK(fine.state == State::ok);
    REQUIRE(fine.certificate_expiry);
    REQUIRE(fine.measured("cert_days") != nullptr);
    CHECK(fine.measured("cert_days")->value > 1.8);
    CHECK(fine.measured("time_tls")->value > 0);
    const Seen soon = look({"http", url, "--ca-file", server.certificate()});
    CHECK(soon.state == State::critical);
    CHECK(soon.message.find("certificate of 'localhost' ends in 1 days") == 0);
}

TEST_CASE("http kind: wrong certificates are told by what is wrong") {
    const TlsServer good;
    const auto at = [&](const TlsServer& server, const std::string& host) {
        return look({"http", server.url(host), "--ca-file",
                     server.certificate()})
            .str();
    };
    CHECK(look({"http", good.url("localhost")}).str() ==
          "CRITICAL: SSL certificate problem: self-signed certificate");
    CHECK(at(good, "127.0.0.1") ==
          "CRITICAL: SSL: no alternative certificate subject name matches "
          "target host name '127.0.0.1'");
    const TlsServer expired{-1};
    CHECK(at(expired, "localhost") ==
          "CRITICAL: SSL certificate problem: certificate has expired");
}

}  // namespace lark_batch::healthcheck::test
