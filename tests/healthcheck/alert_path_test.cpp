// The kind `alert_path` with a broken step; whole_path_test.cpp has the rest.
#include <doctest/doctest.h>

#include "tests/healthcheck/monitoring.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Prometheus;
using lark_batch::test::Pushgateway;
using lark_batch::test::Reply;
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("alert_path kind: each place that does not answer is named") {
    // They get ready for whole_path_test.cpp meanwhile.
    const auto& servers = lark_batch::test::shared_monitoring();
    const std::string nobody = "http://127.0.0.1:1";
    const auto asked = [&](const std::string& gateway,
                           const std::string& prometheus) {
        return look({"alert_path", "--push-to", gateway, "--query-at",
                     prometheus, "--alerts-at", nobody, "--canary", "places"})
            .message;
    };
    CHECK(asked(nobody, nobody).find("the Pushgateway does not answer: ") == 0);
    CHECK(asked(servers.gateway.url(), nobody)
              .find("Prometheus does not answer: ") == 0);
    const HttpServer closed{
        [](const HttpRequest&) { return Reply{.status = 403}; }};
    CHECK(asked(closed.url(), nobody) ==
          "the Pushgateway refuses the canary: status 403");
    const HttpServer page{
        [](const HttpRequest&) { return Reply{.body = "<html>"}; }};
    CHECK(asked(page.url(), nobody) ==
          "the Pushgateway's metrics: line 1 is no sample: '<html>'");
}

TEST_CASE("alert_path kind: a Prometheus that does not scrape the gateway") {
    const Pushgateway gateway;
    const Prometheus blind{"http://127.0.0.1:1"};
    const Words words{"alert_path", "--push-to",   gateway.url(),
                      "--query-at", blind.url(),   "--wait",
                      "400ms",      "--alerts-at", "http://127.0.0.1:1"};
    CHECK(look(words).str() ==
          "CRITICAL: Prometheus has never scraped the canary: is the "
          "Pushgateway among its targets?");
    // Once an old one is at the gateway, it need not wait to be sure.
    lark_batch::test::http_request(
        "PUT",
        gateway.url() + "/metrics/job/lark-healthcheck-canary/canary/default",
        "lark_healthcheck_canary_timestamp_seconds 1000000000\n");
    Words at_once = words;
    at_once[6] = "0";
    CHECK(look(at_once).state == State::critical);
}

TEST_CASE("alert_path kind: canaries that are too old are told by age") {
    const Pushgateway gateway;
    const HttpServer prometheus{[](const HttpRequest&) {
        return Reply{.body = R"({"status":"success","data":{"resultType":)"
                             R"("vector","result":[{"metric":{},)"
                             R"("value":[1,"1000000000"]}]}})"};
    }};
    const Words words{"alert_path", "--push-to", gateway.url(), "--query-at",
                      prometheus.url()};
    const Seen late = look(words);
    CHECK(late.state == State::critical);
    CHECK(late.message.find("Prometheus scraped the last canary ") == 0);
    CHECK(late.message.find(" ago, at most 10m is wanted") !=
          std::string::npos);
    Words waiting = words;
    waiting.insert(waiting.end(), {"--wait", "300ms"});
    CHECK(look(waiting).message.find(
              "Prometheus did not scrape the canary within 300ms") == 0);
}

}  // namespace lark_batch::healthcheck::test
