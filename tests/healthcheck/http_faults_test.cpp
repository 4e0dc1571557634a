// Servers that do what servers must not: each check ends in time and says so.
#include <doctest/doctest.h>

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <thread>

#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tls_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::Behaviour;
using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using lark_batch::test::TlsServer;

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
    CHECK(facing(Behaviour::reset).message.find("Connection reset") !=
          std::string::npos);
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
    CHECK(look({"http", "http://127.0.0.1:1/"}).str().find("CRITICAL: ") == 0);
    CHECK(look({"http", "http://no-such-host.invalid/"})
              .message.find("no-such-host.invalid") != std::string::npos);
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
