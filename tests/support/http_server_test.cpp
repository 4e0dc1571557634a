#include "tests/support/http_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

namespace lark_batch::test {

namespace {

Reply behave(const HttpRequest& request) {
    Reply reply;
    reply.body = "0123456789";
    if (request.target == "/hang") {
        reply.behaviour = Behaviour::hang;
    } else if (request.target == "/reset") {
        reply.behaviour = Behaviour::reset;
    } else if (request.target == "/truncate") {
        reply.behaviour = Behaviour::truncate;
    } else if (request.target == "/drip") {
        reply.behaviour = Behaviour::drip;
    } else if (request.target == "/throw") {
        throw std::runtime_error("on purpose");
    } else {
        reply = {201, {{"X-A", "b"}}, request.method + request.body};
    }
    return reply;
}

}  // namespace

TEST_CASE("http server: it answers, keeps bodies whole and remembers") {
    const HttpServer server{behave};
    const std::string body(3'000'000, 'y');
    const auto answer = http_request("PUT", server.url() + "/x?y=1", body,
                                     {{"Expect", "100-continue"}});
    CHECK(answer.status == 201);
    CHECK(answer.body == "PUT" + body);
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].target == "/x?y=1");
    CHECK(server.requests()[0].body == body);
    CHECK(server.requests()[0].header("expect") == "100-continue");
    CHECK(server.connections() == 1);
}

TEST_CASE("http server: it misbehaves as told") {
    const HttpServer server{behave};
    const auto hang =
        http_request("GET", server.url() + "/hang", "", {}, Milliseconds{200});
    CHECK(hang.error == "Timeout was reached");
    CHECK(http_get(server.url() + "/reset").error ==
          "Failure when receiving data from the peer");
    const auto truncated = http_get(server.url() + "/truncate");
    CHECK(truncated.error == "Transferred a partial file");
    CHECK(truncated.body == "01234");
    CHECK(http_request("GET", server.url() + "/drip", "", {}, Milliseconds{300})
              .error == "Timeout was reached");
    CHECK(http_get(server.url() + "/throw").status == 500);
}

TEST_CASE("http server: the end does not wait for a hanging connection") {
    auto server = std::make_unique<HttpServer>(behave);
    http_request("GET", server->url() + "/hang", "", {}, Milliseconds{50});
    const auto start = std::chrono::steady_clock::now();
    server.reset();
    CHECK(std::chrono::steady_clock::now() - start < Milliseconds{500});
}

}  // namespace lark_batch::test
