#include <doctest/doctest.h>

#include "lib/http/http.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/tls_server.hpp"

using namespace lark_batch;
using http::Client;
using http::Extras;
using http::Fault;
using http::Request;
using http::Response;
using http::Settings;
using test::HttpRequest;
using test::HttpServer;
using test::Reply;

namespace {

Request get(const std::string& url, Extras extras) {
    Request request;
    request.url = url;
    request.extras = std::move(extras);
    return request;
}

Extras following(int redirects) {
    Extras extras;
    extras.follow = redirects;
    return extras;
}

Reply moved(int status, const std::string& target) {
    return Reply{.status = status, .headers = {{"Location", target}}};
}

// /3 leads to /2, /1 and /0.
Reply counting(const HttpRequest& request) {
    const int left = request.target.back() - '0';
    return left > 0 ? moved(302, "/" + std::to_string(left - 1))
                    : Reply{.body = "there"};
}

Reply fine(const HttpRequest&) {
    return Reply{.body = "fine"};
}

}  // namespace

TEST_CASE("extras: as many redirects are followed as are allowed") {
    HttpServer server{counting};
    Client client{Settings{}};
    const Response there = client.fetch(get(server.url() + "/3", following(3)));
    CHECK(there.status == 200);
    CHECK(there.body == "there");
    CHECK(there.header("location").empty());
    CHECK(there.details->redirects == 3);
    CHECK(server.requests().size() == 4);
    const Response short_of =
        client.fetch(get(server.url() + "/3", following(2)));
    CHECK(short_of.status == 302);
    CHECK(short_of.details->redirects == 2);
    CHECK(client.fetch(get(server.url() + "/3", {})).status == 302);
}

TEST_CASE("extras: headers go along to the same server, to no other") {
    HttpServer other{fine};
    HttpServer server{[&](const HttpRequest& request) {
        return request.target == "/a"   ? moved(301, "/b")
               : request.target == "/b" ? moved(307, other.url() + "/c")
                                        : Reply{};
    }};
    Client client{Settings{}};
    Request request = get(server.url() + "/a", following(5));
    request.headers = {{"Authorization", "Bearer geheim"},
                       {"X-Api-Key", "geheim"}};
    CHECK(client.fetch(request).body == "fine");
    CHECK(server.requests().at(1).header("x-api-key") == "geheim");
    const HttpRequest seen = other.requests().at(0);
    CHECK(seen.header("authorization").empty());
    CHECK(seen.header("x-api-key").empty());
}

TEST_CASE("extras: a body is sent on where 307 says so, to no other server") {
    HttpServer other{fine};
    HttpServer server{[&](const HttpRequest& request) {
        return request.target == "/here"    ? moved(307, "/end")
               : request.target == "/there" ? moved(308, other.url() + "/")
               : request.target == "/get"   ? moved(303, "/end")
                                            : Reply{};
    }};
    Client client{Settings{}};
    Request post = get(server.url() + "/here", following(5));
    post.method = "POST";
    post.body = "geheim";
    post.headers = {{"content-type", "text/x"}, {"X-Mine", "1"}};
    CHECK(client.fetch(post).status == 200);
    CHECK(server.requests().back().method == "POST");
    CHECK(server.requests().back().body == "geheim");
    post.url = server.url() + "/get";
    CHECK(client.fetch(post).status == 200);
    CHECK(server.requests().back().method == "GET");
    CHECK(server.requests().back().body.empty());
    CHECK(server.requests().back().header("content-type").empty());
    CHECK(server.requests().back().header("x-mine") == "1");
    post.url = server.url() + "/there";
    CHECK(client.fetch(post).status == 308);
    CHECK(other.requests().empty());
}

TEST_CASE("extras: a redirect to another scheme than the web's is refused") {
    HttpServer server{
        [](const HttpRequest&) { return moved(302, "file:///etc/hostname"); }};
    Client client{Settings{}};
    CHECK(client.fetch(get(server.url() + "/", following(1))).fault ==
          Fault::bad_request);
}

TEST_CASE("extras: redirects share one time limit") {
    HttpServer server{[](const HttpRequest&) {
        Reply reply = moved(302, "/again");
        reply.delay = test::Milliseconds{40};
        return reply;
    }};
    Client client{Settings{}};
    Request request = get(server.url() + "/", following(1'000));
    request.total_timeout = clock::Duration{200};
    const Response response = client.fetch(request);
    CHECK_FALSE(response.answered());
    CHECK(response.elapsed < std::chrono::seconds{5});
    CHECK(server.requests().size() <= 6);
}

TEST_CASE("extras: the total limit is the only one, and the fault a timeout") {
    // Accepted by the kernel, and nobody shakes hands.
    const auto deaf = test::listen_on(0);
    const std::string url =
        "https://127.0.0.1:" + std::to_string(test::port_of(deaf.get())) + "/";
    Settings settings;
    settings.connect_timeout = clock::Duration{20};
    Client client{settings};
    Request request = get(url, {});
    request.total_timeout = clock::Duration{150};
    const Response late = client.fetch(request);
    CHECK(late.fault == Fault::timeout);
    CHECK(late.elapsed >= std::chrono::milliseconds{140});
    request.extras.reset();
    const Response early = client.fetch(request);
    CHECK(early.fault == Fault::unconnected);
    CHECK(early.elapsed < std::chrono::milliseconds{140});
}

TEST_CASE("extras: a request's own limit of the body, and no longer") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.body = std::string(2'000, 'x')};
    }};
    Client client{Settings{}};
    Extras extras;
    extras.max_body = 1'999;
    const Response cut = client.fetch(get(server.url() + "/", extras));
    CHECK(cut.fault == Fault::too_large);
    CHECK(cut.fault_text == "the answer is larger than 1999 bytes");
    Request plain;
    plain.url = server.url() + "/";
    CHECK(client.fetch(plain).body.size() == 2'000);
}

TEST_CASE("extras: each request with them has a connection of its own") {
    HttpServer server{fine};
    Client client{Settings{}};
    client.fetch(get(server.url() + "/", {}));
    client.fetch(get(server.url() + "/", {}));
    CHECK(server.connections() == 2);
    Request plain;
    plain.url = server.url() + "/";
    client.fetch(plain);
    client.fetch(plain);
    CHECK(server.connections() == 3);
}

TEST_CASE("extras: a version of IP is kept to") {
    HttpServer server{fine};
    const std::string url =
        "http://localhost:" + std::to_string(server.port()) + "/";
    Client client{Settings{}};
    Extras extras;
    extras.ip_version = http::IpVersion::v4;
    CHECK(client.fetch(get(url, extras)).details->address == "127.0.0.1");
    extras.ip_version = http::IpVersion::v6;
    CHECK_FALSE(client.fetch(get(url, extras)).answered());
    extras.ip_version = http::IpVersion::any;
    CHECK(client.fetch(get(url, extras)).status == 200);
}

TEST_CASE("extras: a file of authorities counts for its request alone") {
    const test::TlsServer server;
    Client client{Settings{}};
    Extras extras;
    extras.ca_file = server.certificate();
    const std::string url = server.url("localhost");
    CHECK(client.fetch(get(url, extras)).status == 200);
    CHECK(client.fetch(get(url, {})).fault == Fault::tls);
    Request plain;
    plain.url = url;
    CHECK(client.fetch(plain).fault == Fault::tls);
}
