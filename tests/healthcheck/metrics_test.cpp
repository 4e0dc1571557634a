// The kind `metrics`: answers of exporters, and of what is taken for one.
#include <doctest/doctest.h>

#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using Words = std::vector<std::string>;

const std::string k_text =
    "# HELP up whether\n# TYPE up gauge\n# TYPE never gauge\n"
    "up{job=\"a\"} 1\nup{job=\"b\"} 0\nup{job=\"c\"} 0\n"
    "queue_depth{queue=\"mail\"} 12\nage NaN\n";

std::string told(const Reply& reply, const Words& more) {
    HttpServer server{[&](const HttpRequest&) { return reply; }};
    Words words{"metrics", server.url() + "/metrics"};
    words.insert(words.end(), more.begin(), more.end());
    return look(words).str();
}

Reply text(const std::string& body) {
    return {.headers = {{"Content-Type", "text/plain; version=0.0.4"}},
            .body = body};
}

}  // namespace

TEST_CASE("metrics kind: wanted series are there, names alone do not count") {
    CHECK(told(text(k_text),
               {"--series", "up", "--series", "queue_depth{queue=\"mail\"}"}) ==
          "OK: 5 samples");
    CHECK(told(text(k_text), {"--series", "never"}) ==
          "CRITICAL: there is no never");
    CHECK(told(text(k_text), {"--series", "up{job=\"d\"}"}) ==
          "CRITICAL: there is no up{job=\"d\"}");
    CHECK(told(text(""), {"--series", "up"}) == "CRITICAL: there is no up");
    CHECK(told(text("# TYPE up gauge\n"), {}) == "WARNING: 0 samples");
}

TEST_CASE("metrics kind: every series must hold, or any") {
    CHECK(told(text(k_text), {"--compare", "queue_depth < 100"}) ==
          "OK: 5 samples");
    CHECK(told(text(k_text), {"--compare", "up == 1"}) ==
          "CRITICAL: up{job=\"b\"} is 0, expected == 1 (2 of 3 series)");
    CHECK(told(text(k_text), {"--compare", "any up == 1"}) == "OK: 5 samples");
    CHECK(told(text(k_text), {"--compare", "any up == 2"}) ==
          "CRITICAL: up{job=\"a\"} is 1, expected == 2 (3 of 3 series)");
    CHECK(told(text(k_text), {"--compare", "age < 10"}) ==
          "CRITICAL: age is nan, expected < 10");
    CHECK(told(text(k_text), {"--compare", "any never < 10"}) ==
          "CRITICAL: there is no never");
}

TEST_CASE("metrics kind: an answer of another type is told as such") {
    CHECK(told({.headers = {{"Content-Type", "application/json"}},
                .body = "{\"events\":1}"},
               {}) == "CRITICAL: JSON instead of the text format of metrics");
    CHECK(told({.headers = {{"Content-Type", "text/html; charset=utf-8"}},
                .body = "<html>"},
               {}) ==
          "CRITICAL: content type 'text/html; charset=utf-8' instead of the "
          "text format of metrics");
    CHECK(told(text("up 1\n<html>\n"), {}) ==
          "CRITICAL: line 2 is no sample: '<html>'");
    CHECK(told({.status = 404}, {}) == "CRITICAL: status 404 instead of 200");
    CHECK(told({.headers = {{"Content-Type",
                             "application/openmetrics-text; version=1.0.0"}},
                .body = "up 1\n# EOF\n"},
               {}) == "OK: 1 sample");
}

TEST_CASE("metrics kind: samples are counted, large answers bounded") {
    std::string large;
    for (int i = 0; i < 100'000; ++i) {
        large += "series_of_some_name{instance=\"" + std::to_string(i) +
                 "\",job=\"large\"} 1\n";
    }
    HttpServer server{[&](const HttpRequest&) { return text(large); }};
    const Seen seen = look({"metrics", server.url() + "/metrics", "--compare",
                            "series_of_some_name{job=\"large\"} == 1",
                            "--samples-crit", "50000"});
    CHECK(seen.str() ==
          "CRITICAL: samples is 100000 (limit 50000), 100000 samples");
    CHECK(seen.measured("samples")->value == 100'000);
    CHECK(seen.seconds < 5);
    CHECK(look({"metrics", server.url() + "/", "--max-body", "1MiB"}).str() ==
          "CRITICAL: the answer is larger than 1048576 bytes");
}

}  // namespace lark_batch::healthcheck::test
