#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "lib/http/http.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/tcp_server.hpp"

using namespace lark_batch;
using clock::Duration;
using http::Client;
using http::Fault;
using http::Request;
using http::Response;
using http::Settings;
using test::Behaviour;
using test::HttpRequest;
using test::HttpServer;
using test::Reply;

namespace {

Request get(const std::string& url) {
    Request request;
    request.url = url;
    return request;
}

Settings hasty() {
    Settings settings;
    settings.connect_timeout = Duration{300};
    settings.total_timeout = Duration{300};
    return settings;
}

Reply misbehaving(Behaviour behaviour) {
    Reply reply;
    reply.body = std::string(1'000, 'x');
    reply.behaviour = behaviour;
    return reply;
}

Fault fault_of(Behaviour behaviour) {
    HttpServer server{
        [&](const HttpRequest&) { return misbehaving(behaviour); }};
    Client client{hasty()};
    const Response response = client.fetch(get(server.url() + "/"));
    CHECK(response.status == 0);
    CHECK_FALSE(response.fault_text.empty());
    return response.fault;
}

}  // namespace

TEST_CASE("http: an answer has status, lower-case headers and body") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.status = 403,
                     .headers = {{"X-Tt-Logid", "2026ABC"}},
                     .body = "{}"};
    }};
    Client client{Settings{}};
    const Response response = client.fetch(get(server.url() + "/a?b=c"));
    CHECK(response.answered());
    CHECK(response.status == 403);
    CHECK(response.header("x-tt-logid") == "2026ABC");
    CHECK(response.header("x-none").empty());
    CHECK(response.body == "{}");
    CHECK(response.elapsed.count() > 0);
    CHECK(server.requests().at(0).target == "/a?b=c");
    CHECK(server.requests().at(0).header("user-agent") ==
          "lark-batch/" LARK_BATCH_VERSION);
}

TEST_CASE("http: a POST sends headers and body as they are") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{Settings{}};
    Request request = get(server.url() + "/token");
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::string(5'000, 'y');
    CHECK(client.fetch(request).status == 200);
    const HttpRequest seen = server.requests().at(0);
    CHECK(seen.method == "POST");
    CHECK(seen.header("content-type") == "application/json");
    CHECK(seen.header("expect").empty());
    CHECK(seen.body == request.body);
}

TEST_CASE("http: PUT, DELETE, HEAD and GET follow each other on one handle") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{Settings{}};
    for (const char* method : {"PUT", "GET", "DELETE", "HEAD", "GET"}) {
        Request request = get(server.url() + "/");
        request.method = method;
        request.body = request.method == "PUT" ? "z" : "";
        CHECK(client.fetch(request).status == 200);
        CHECK(server.requests().back().method == method);
        CHECK(server.requests().back().body == request.body);
    }
}

TEST_CASE("http: reads share kept-alive connections, writes never do") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{Settings{}};
    for (int i = 0; i < 5; ++i) {
        client.fetch(get(server.url() + "/"));
    }
    CHECK(server.connections() == 1);
    Request post = get(server.url() + "/");
    post.method = "POST";
    client.fetch(post);
    CHECK(server.connections() == 2);
}

TEST_CASE("http: many requests are under way at once, within the limit") {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    HttpServer server{[&](const HttpRequest&) {
        const int here = ++inside;
        for (int seen = most; seen < here;) {
            most.compare_exchange_weak(seen, here);
        }
        clock::system_clock().sleep(Duration{20});
        --inside;
        return Reply{};
    }};
    Settings settings;
    settings.max_connections = 4;
    Client client{settings};
    int answers = 0;
    for (int i = 0; i < 12; ++i) {
        client.start(get(server.url() + "/"), [&](Response&& response) {
            answers += response.status == 200 ? 1 : 0;
        });
    }
    CHECK(client.in_flight() == 12);
    while (client.in_flight() > 0) {
        client.step(Duration{100});
    }
    CHECK(answers == 12);
    CHECK(most > 1);
    CHECK(most <= 4);
    CHECK(server.connections() <= 4);
}

TEST_CASE("http: a callback may start the next request") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{Settings{}};
    int left = 10;
    std::function<void(Response &&)> next = [&](Response&&) {
        if (--left > 0) {
            client.start(get(server.url() + "/"), next);
        }
    };
    client.start(get(server.url() + "/"), next);
    while (client.in_flight() > 0) {
        client.step(Duration{100});
    }
    CHECK(left == 0);
    CHECK(server.connections() == 1);
}

TEST_CASE("http: what a callback throws comes out of step") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{Settings{}};
    client.start(get(server.url() + "/"),
                 [](Response&&) { throw std::runtime_error{"mine"}; });
    CHECK_THROWS_WITH(
        [&] {
            while (client.in_flight() > 0) {
                client.step(Duration{100});
            }
        }(),
        "mine");
    CHECK(client.fetch(get(server.url() + "/")).status == 200);
}

TEST_CASE("http: a client may go while requests are under way") {
    HttpServer server{
        [](const HttpRequest&) { return misbehaving(Behaviour::hang); }};
    bool called = false;
    {
        Client client{Settings{}};
        client.start(get(server.url() + "/"),
                     [&](Response&&) { called = true; });
        client.step(Duration{20});
    }
    CHECK_FALSE(called);
}

TEST_CASE("http: each way of failing has its name") {
    CHECK(fault_of(Behaviour::hang) == Fault::timeout);
    CHECK(fault_of(Behaviour::drip) == Fault::timeout);
    CHECK(fault_of(Behaviour::reset) == Fault::broken);
    CHECK(fault_of(Behaviour::truncate) == Fault::broken);

    Client client{hasty()};
    CHECK(client.fetch(get("http://127.0.0.1:1/")).fault == Fault::unconnected);
    CHECK(client.fetch(get("http://no-such-host.invalid/")).fault ==
          Fault::unresolved);
    CHECK(client.fetch(get("file:///etc/hostname")).fault ==
          Fault::bad_request);
    CHECK(client.fetch(get("http://:x/")).fault == Fault::bad_request);
}

TEST_CASE("http: a head that breaks off is no answer") {
    test::TcpServer server{[](test::Wire& wire) {
        while (wire.hear_line().size() > 1) {
        }
        wire.say("HTTP/1.1 200 OK\r\nServer: x\r\n");
    }};
    Client client{hasty()};
    const Response response =
        client.fetch(get("http://" + server.address() + "/"));
    CHECK(response.fault == Fault::broken);
    CHECK(response.fault_text == "the answer breaks off in its headers");
    CHECK(response.status == 0);
}

TEST_CASE("http: a connection that is refused has its number") {
    Client client{hasty()};
    const Response response = client.fetch(get("http://127.0.0.1:1/"));
    CHECK(response.os_error == ECONNREFUSED);
}

TEST_CASE("http: a request's own time limit wins") {
    HttpServer server{
        [](const HttpRequest&) { return misbehaving(Behaviour::hang); }};
    Client client{Settings{}};
    Request request = get(server.url() + "/");
    request.total_timeout = Duration{50};
    const Response response = client.fetch(request);
    CHECK(response.fault == Fault::timeout);
    CHECK(response.elapsed < std::chrono::seconds{2});
}

TEST_CASE("http: no time left is no time, not the client's limit") {
    HttpServer server{
        [](const HttpRequest&) { return misbehaving(Behaviour::hang); }};
    Client client{Settings{}};
    for (const int left : {0, -5}) {
        Request request = get(server.url() + "/");
        request.total_timeout = Duration{left};
        const Response response = client.fetch(request);
        CHECK_FALSE(response.answered());
        CHECK(response.elapsed < std::chrono::seconds{2});
    }
}

TEST_CASE("http: plain http where TLS is due is a TLS fault") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Client client{hasty()};
    const std::string url = "https" + server.url().substr(4);
    const Fault fault = client.fetch(get(url)).fault;
    const bool refused = fault == Fault::tls || fault == Fault::unconnected;
    CHECK(refused);
}

TEST_CASE("http: a redirect is an answer, not followed") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.status = 302, .headers = {{"Location", "/elsewhere"}}};
    }};
    Client client{Settings{}};
    CHECK(client.fetch(get(server.url() + "/")).status == 302);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("http: a body beyond the limit is cut off, at the limit taken") {
    HttpServer server{[](const HttpRequest& request) {
        const bool large = request.target == "/large";
        return Reply{.body = std::string(large ? 10'001 : 10'000, 'x')};
    }};
    Settings settings;
    settings.max_body = 10'000;
    Client client{settings};
    CHECK(client.fetch(get(server.url() + "/")).body.size() == 10'000);
    const Response response = client.fetch(get(server.url() + "/large"));
    CHECK(response.fault == Fault::too_large);
    CHECK(response.fault_text == "the answer is larger than 10000 bytes");
}

TEST_CASE("http: loopback is never asked through a proxy") {
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    Settings settings;
    settings.proxy = "http://127.0.0.1:1";
    Client client{settings};
    CHECK(client.fetch(get(server.url() + "/")).status == 200);
    ::unsetenv("http_proxy");
}

TEST_CASE("http: other hosts are asked through the proxy that is set") {
    HttpServer proxy{[](const HttpRequest&) { return Reply{.status = 204}; }};
    Settings settings;
    settings.proxy = proxy.url();
    Client client{settings};
    CHECK(client.fetch(get("http://a.invalid/x")).status == 204);
    CHECK(proxy.requests().at(0).target == "http://a.invalid/x");
    settings.no_proxy = "a.invalid";
    Client direct{settings};
    CHECK(direct.fetch(get("http://a.invalid/x")).fault == Fault::unresolved);
}

TEST_CASE("http: a wrong proxy is our mistake, its password is not told") {
    for (const char* proxy :
         {"http://user:geheim@127.0.0.1:port", "ftp://user:geheim@127.0.0.1:1",
          "http://user:geheim@", "http://user:geheim"}) {
        CAPTURE(std::string{proxy});
        Settings settings = hasty();
        settings.proxy = proxy;
        Client client{settings};
        const Response response = client.fetch(get("http://a.invalid/x"));
        CHECK(response.fault == Fault::bad_request);
        CHECK(response.fault_text ==
              "the proxy's URL is malformed or of an unsupported scheme");
    }
}

TEST_CASE("http: a proxy that is not there is told without its password") {
    for (const char* proxy : {"http://user:geheim@no-such-proxy.invalid:3128",
                              "http://user:geheim@127.0.0.1:1"}) {
        Settings settings = hasty();
        settings.proxy = proxy;
        Client client{settings};
        const Response response = client.fetch(get("http://a.invalid/x"));
        const bool retried = response.fault == Fault::unresolved ||
                             response.fault == Fault::unconnected;
        CHECK(retried);
        CHECK_FALSE(response.fault_text.empty());
        CHECK(response.fault_text.find("geheim") == std::string::npos);
    }
}

TEST_CASE("http: step returns when its time is over") {
    Client client{Settings{}};
    const auto start = clock::system_clock().instant();
    client.step(Duration{30});
    const auto spent = clock::system_clock().instant() - start;
    CHECK(spent >= Duration{29});
    CHECK(spent < Duration{5'000});
}

TEST_CASE("http: another thread ends a step early") {
    Client client{Settings{}};
    const auto start = clock::system_clock().instant();
    std::thread other{[&] { client.wake(); }};
    client.step(Duration{20'000});
    other.join();
    CHECK(clock::system_clock().instant() - start < Duration{10'000});
}

TEST_CASE("http: a wake before the step is not lost, and counts once") {
    Client client{Settings{}};
    client.wake();
    client.wake();
    const auto start = clock::system_clock().instant();
    client.step(Duration{20'000});
    const auto woken = clock::system_clock().instant();
    CHECK(woken - start < Duration{10'000});
    client.step(Duration{30});
    CHECK(clock::system_clock().instant() - woken >= Duration{29});
}

TEST_CASE("http: a small receive buffer takes large answers, too") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.body = std::string(300'000, 'x')};
    }};
    Settings settings;
    settings.receive_buffer = 1'024;
    Client client{settings};
    CHECK(client.fetch(get(server.url() + "/")).body.size() == 300'000);
}
