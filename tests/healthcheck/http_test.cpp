// The kind `http` with answers that are as they should be, and that are not.
#include <doctest/doctest.h>

#include "lib/config/problems.hpp"
#include "tests/healthcheck/told.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using Words = std::vector<std::string>;

Reply json(const std::string& body, int status = 200) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = body};
}

// What a check says to one answer.
std::string told(const Reply& reply, Words more) {
    HttpServer server{[&](const HttpRequest&) { return reply; }};
    Words words{"http", server.url() + "/health"};
    words.insert(words.end(), more.begin(), more.end());
    return look(words).str();
}

std::string refused(const Words& more) {
    Words words{"http", "http://127.0.0.1:1/"};
    words.insert(words.end(), more.begin(), more.end());
    try {
        return look(words).str();
    } catch (const config::Problems& problems) {
        return problems.all().front().message;
    }
}

}  // namespace

TEST_CASE("http kind: what may hold a key is in no printed configuration") {
    Told told{R"([[check]]
name = "web"
kind = "http"
url = "http://127.0.0.1:1/a?token=geheim"
headers = ["X-Key: geheim"]
body = "geheim"
[[check]]
name = "port"
kind = "tcp"
address = "127.0.0.1:1"
send = "AUTH geheim"
)"};
    told.load({});
    const std::string shown = config::print_config(told.declared);
    CHECK(shown.find("url = \"http://127.0.0.1:1/a?***\"") != shown.npos);
    CHECK(shown.find("headers = [\"X-Key: ***\"]") != shown.npos);
    CHECK(shown.find("geheim") == shown.npos);
}

TEST_CASE("http kind: a good answer is OK and is measured") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.body = "OK", .delay = lark_batch::test::Milliseconds{20}};
    }};
    const Seen seen = look({"http", server.url() + "/health"});
    CHECK(seen.str() == "OK: HTTP 200, 2 bytes");
    REQUIRE(seen.measured("size") != nullptr);
    CHECK(seen.measured("size")->value == 2);
    CHECK(seen.measured("size")->unit == "B");
    REQUIRE(seen.measured("time_first_byte") != nullptr);
    CHECK(seen.measured("time_first_byte")->value >= 0.02);
    CHECK(seen.measured("time_connect")->value <
          seen.measured("time_first_byte")->value);
    CHECK(seen.measured("time_tls") == nullptr);
    CHECK(seen.measured("time")->value >= 0.02);
}

TEST_CASE("http kind: the status decides, by number, range or hundred") {
    CHECK(told({.status = 503}, {}) ==
          "CRITICAL: status 503 instead of 200-399");
    CHECK(told({.status = 304}, {}) == "OK: HTTP 304, 0 bytes");
    CHECK(told({.status = 304}, {"--status", "200", "--status", "2xx"}) ==
          "CRITICAL: status 304 instead of 200 or 2xx");
    CHECK(told({.status = 401}, {"--status", "401"}) ==
          "OK: HTTP 401, 0 bytes");
    CHECK(told({.status = 499}, {"--status", "400-499"}) ==
          "OK: HTTP 499, 0 bytes");
}

TEST_CASE("http kind: method, body, headers and secrets are sent") {
    HttpServer server{[](const HttpRequest&) { return Reply{}; }};
    const std::map<std::string, std::string> secrets{{"TOKEN", "geheim"}};
    const Seen seen =
        look({"http", server.url() + "/a?b=c", "--method", "POST", "--body",
              "{\"ping\":1}", "--headers", "X-Tenant: acme", "--headers",
              "Content-Type: application/json", "--bearer-env", "TOKEN"},
             {}, secrets);
    CHECK(seen.state == State::ok);
    const HttpRequest request = server.requests().at(0);
    CHECK(request.method == "POST");
    CHECK(request.target == "/a?b=c");
    CHECK(request.body == "{\"ping\":1}");
    CHECK(request.header("x-tenant") == "acme");
    CHECK(request.header("content-type") == "application/json");
    look({"http", server.url() + "/", "--user", "u", "--password-env", "TOKEN"},
         {}, secrets);
    CHECK(server.requests().at(1).header("authorization") ==
          "Basic dTpnZWhlaW0=");
}

TEST_CASE("http kind: redirects are judged as they are, or followed") {
    HttpServer server{[](const HttpRequest& request) {
        return request.target == "/end"
                   ? Reply{.body = "end"}
                   : Reply{.status = 302,
                           .headers = {{"Location", request.target == "/loop"
                                                        ? "/loop"
                                                        : "/end"}}};
    }};
    const auto at = [&](const std::string& path, const std::string& follow) {
        return look({"http", server.url() + path, "--follow", follow}).str();
    };
    CHECK(at("/", "0") == "OK: HTTP 302, 0 bytes");
    CHECK(at("/", "3") == "OK: HTTP 200, 3 bytes");
    CHECK(at("/loop", "3") == "CRITICAL: still status 302 after 3 redirects");
}

TEST_CASE("http kind: a Location alone is no redirect") {
    const Reply reply{.status = 304, .headers = {{"Location", "/x"}}};
    CHECK(told(reply, {"--follow", "1"}) == "OK: HTTP 304, 0 bytes");
}

TEST_CASE("http kind: headers must be there and match") {
    const Reply reply{.headers = {{"Content-Type", "text/html"}}};
    CHECK(told(reply, {"--expect-headers", "content-TYPE: ^text/"}) ==
          "OK: HTTP 200, 0 bytes");
    CHECK(told(reply, {"--expect-headers", "Content-Type: json"}) ==
          "CRITICAL: header 'content-type' is 'text/html', expected 'json'");
    CHECK(told(reply, {"--expect-headers", "X-Frame-Options: DENY"}) ==
          "CRITICAL: there is no header 'x-frame-options'");
}

TEST_CASE("http kind: lines match, or must not") {
    const Reply reply{.body = "Ok.\r\nqueue: 7\n"};
    CHECK(told(reply, {"--body-matches", "^Ok[.]$", "--body-lacks", "ERROR"}) ==
          "OK: HTTP 200, 14 bytes");
    CHECK(told(reply, {"--body-matches", "^queue: [0-5]$"}) ==
          "CRITICAL: no line matches '^queue: [0-5]$'");
    CHECK(told(reply, {"--body-lacks", "queue"}) ==
          "CRITICAL: some line matches 'queue'");
}

TEST_CASE("http kind: JSON values are named with their place") {
    const std::string body = R"({"status":"healthy","lag":12,"services":[)"
                             R"({"name":"db","status":"healthy"},)"
                             R"({"name":"search","status":"degraded"}]})";
    CHECK(told(json(body), {"--json-rule", "/status == healthy"}) ==
          "OK: HTTP 200, 113 bytes");
    CHECK(told(json(body), {"--json-rule", "/services/*/status == healthy",
                            "--json-rule", "/lag < 10"}) ==
          "CRITICAL: /services/1/status (search) is 'degraded', expected "
          "'healthy', /lag is 12, expected < 10");
    CHECK(told({.body = "OK"}, {"--json-rule", "/status == healthy"}) ==
          "CRITICAL: the answer is no JSON");
    CHECK(told({.body = ""}, {"--json-rule", "/status == healthy"}) ==
          "CRITICAL: an empty answer instead of JSON");
}

TEST_CASE("http kind: the body may say why the status is wrong") {
    CHECK(told(json(R"({"db":"down"})", 503),
               {"--json-rule", "/db == up", "--body-matches", "fine"}) ==
          "CRITICAL: status 503 instead of 200-399, /db is 'down', expected "
          "'up'");
    CHECK(
        told({.status = 502, .body = "<html>"}, {"--json-rule", "/db == up"}) ==
        "CRITICAL: status 502 instead of 200-399");
}

TEST_CASE("http kind: warn and crit are about the time") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.delay = lark_batch::test::Milliseconds{30}};
    }};
    const auto with = [&](const std::string& warn, const std::string& crit) {
        return look(
            {"http", server.url() + "/", "--warn", warn, "--crit", crit});
    };
    CHECK(with("10ms", "5s").state == State::warning);
    CHECK(with("1ms", "10ms").state == State::critical);
    CHECK(with("5s", "5s").state == State::ok);
}

TEST_CASE("http kind: what cannot work is refused before anything is asked") {
    CHECK(refused({"--status", "2x"}).find("must be like 200") !=
          std::string::npos);
    CHECK(refused({"--status", "700"}).find("'700'") != std::string::npos);
    CHECK(refused({"--body-matches", "a("}).find("pattern") !=
          std::string::npos);
    CHECK(refused({"--json-rule", "status == up"}).find("begins with '/'") !=
          std::string::npos);
    CHECK(refused({"--headers", "no colon"}).find("'Name: value'") !=
          std::string::npos);
    CHECK(refused({"--expect-headers", "X"}).find("'Name: pattern'") !=
          std::string::npos);
    CHECK(refused({"--cert-warn", "14d:"}).find("days") != std::string::npos);
    CHECK_THROWS_AS(look({"http", "ftp://x/"}), config::Problems);
    CHECK_THROWS_AS(look({"http", "http://user:pw@x/"}), config::Problems);
}

}  // namespace lark_batch::healthcheck::test
