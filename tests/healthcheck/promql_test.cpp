// The kind `promql` against a real Prometheus, and what is taken for one.
#include <doctest/doctest.h>

#include "tests/healthcheck/monitoring.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using Words = std::vector<std::string>;

std::string asked(const std::string& url, const std::string& query,
                  const Words& more = {}) {
    Words words{"promql", query, "--url", url};
    words.insert(words.end(), more.begin(), more.end());
    return look(words).str();
}

std::string told(const Reply& reply) {
    HttpServer server{[&](const HttpRequest&) { return reply; }};
    return asked(server.url(), "up");
}

// Three series of the values 1, 5 and 12.
const std::string k_three =
    "label_replace(vector(1), \"q\", \"a\", \"\", \"\") or "
    "label_replace(vector(12), \"q\", \"b\", \"\", \"\") or "
    "label_replace(vector(5), \"q\", \"c\", \"\", \"\")";

}  // namespace

TEST_CASE("promql kind: the worst of all values counts and is named") {
    const std::string url =
        lark_batch::test::shared_monitoring().prometheus.url();
    CHECK(asked(url, "vector(7)") == "OK: value 7");
    CHECK(asked(url, "7 * 6", {"--warn", "50"}) == "OK: value 42");
    CHECK(asked(url + "/", k_three, {"--crit", "10", "--warn", "4"}) ==
          "CRITICAL: {q=\"b\"} is 12, 1 of 3 series (limit 10)");
    CHECK(asked(url, k_three, {"--warn", "4"}) ==
          "WARNING: {q=\"b\"} is 12, 2 of 3 series (limit 4)");
    CHECK(asked(url, k_three, {"--warn", "20"}) ==
          "OK: 3 series, the first: {q=\"a\"} is 1");
    const Seen seen = look({"promql", k_three, "--url", url, "--crit", "10"});
    CHECK(seen.measured("value")->value == 12);
    CHECK(seen.measured("value")->limits.crit.written() == "10");
    CHECK(seen.measured("series")->value == 3);
    CHECK(seen.measured("time") != nullptr);

    CHECK(asked(url, "nothing_of_that_name") ==
          "UNKNOWN: the query yields nothing");
    CHECK(asked(url, "nothing > 0", {"--empty", "ok"}) ==
          "OK: the query yields nothing");
    CHECK(asked(url, "vector(0) / 0", {"--empty", "critical"}) ==
          "CRITICAL: 1 of 1 values are NaN");
    CHECK(asked(url, "vector(1) / 0", {"--crit", "10"}) ==
          "CRITICAL: value inf (limit 10)");
    CHECK(asked(url, "up{").find("CRITICAL: Prometheus: ") == 0);
    CHECK(asked(url, "up{").find("parse error") != std::string::npos);
    CHECK(asked(url, "up[5m]") ==
          "UNKNOWN: the query yields a matrix, not a vector or a number");

    std::string huge = "vector(0)";
    for (int i = 0; i < 2'000; ++i) {
        huge += " + vector(1)";
    }
    CHECK(asked(url, huge) == "OK: value 2000");
}

TEST_CASE("promql kind: the configured Prometheus is asked by default") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{.body = R"({"status":"success","data":{"resultType":)"
                             R"("scalar","result":[1,"3"]}})"};
    }};
    const Seen seen =
        look({"promql", "a b+c"},
             "[healthcheck]\nprometheus_url = \"" + server.url() + "/\"\n");
    CHECK(seen.str() == "OK: value 3");
    const HttpRequest request = server.requests().at(0);
    CHECK(request.method == "POST");
    CHECK(request.target == "/api/v1/query");
    CHECK(request.body == "query=a%20b%2Bc");
}

TEST_CASE("promql kind: what is no Prometheus is told as such") {
    CHECK(told({.status = 404, .body = "not found"}) ==
          "CRITICAL: no Prometheus API: status 404 without its JSON");
    CHECK(told({.status = 503,
                .body = R"({"status":"error","error":"query queue full"})"}) ==
          "CRITICAL: Prometheus: query queue full");
    CHECK(told({.body = R"({"status":"success"})"}) ==
          "CRITICAL: no Prometheus API: an answer without data");
    CHECK(told({.body = R"({"status":"success","data":{"resultType":"vector",)"
                        R"("result":[{"metric":{}}]}})"}) ==
          "CRITICAL: no Prometheus API: a sample without a value");
    CHECK(asked("http://127.0.0.1:1", "up").find("CRITICAL: ") == 0);
}

}  // namespace lark_batch::healthcheck::test
