// The kind `alert_path` with a real Pushgateway, Prometheus and Alertmanager.
// This file's name puts it behind those that start them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/healthcheck/monitoring.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Monitoring;
using lark_batch::test::Reply;
using lark_batch::test::shared_monitoring;
using lark_batch::test::wait_for;
using Words = std::vector<std::string>;

Seen asked(const Words& more = {}) {
    const Monitoring& servers = shared_monitoring();
    Words words{"alert_path", "--push-to", servers.gateway.url(), "--query-at",
                servers.prometheus.url()};
    if (std::ranges::find(more, "--alerts-at") == more.end()) {
        words.insert(words.end(), {"--alerts-at", servers.alertmanager.url()});
    }
    words.insert(words.end(), more.begin(), more.end());
    return look(words);
}

void silence(const std::string& alertmanager) {
    const auto answer = lark_batch::test::http_request(
        "POST", alertmanager + "/api/v2/silences",
        R"({"matchers":[{"name":"alertname","value":"Watchdog",)"
        R"("isRegex":false,"isEqual":true}],)"
        R"("startsAt":"2020-01-01T00:00:00Z",)"
        R"("endsAt":"2099-01-01T00:00:00Z",)"
        R"("createdBy":"test","comment":"test"})",
        {{"Content-Type", "application/json"}});
    REQUIRE(answer.status == 200);
}

std::string answer_of_alerts(const std::string& updated) {
    return R"([{"status":{"state":"active"},"updatedAt":")" + updated +
           R"("}])";
}

}  // namespace

TEST_CASE("alert_path kind: from the first canary to the last step") {
    const Monitoring& servers = shared_monitoring();
    wait_for("the watchdog at Alertmanager", [&] {
        return servers.alertmanager.get("/api/v2/alerts").find("Watchdog") !=
               std::string::npos;
    });
    CHECK(asked().str() == "WARNING: no canary seen yet");
    const Seen whole = asked({"--wait", "8s", "--timeout", "10s"});
    CHECK(whole.str() ==
          "OK: canary pushed and scraped, 'Watchdog' known to Alertmanager");
    CHECK(whole.measured("canary_age")->value < 10);
    CHECK(whole.measured("alert_age")->value < 60);
    CHECK(servers.gateway.metrics().find(
              "lark_healthcheck_canary_timestamp_seconds{canary=\"default\"") !=
          std::string::npos);
    CHECK(asked().state == State::ok);
    CHECK(asked({"--canary", "other"}).str() == "WARNING: no canary seen yet");
    CHECK(asked({"--alertname", "DeadMan"}).str() ==
          "CRITICAL: Prometheus does not fire 'DeadMan': is its rule loaded?");
}

TEST_CASE("alert_path kind: Alertmanager's word is judged") {
    const HttpServer old{[](const HttpRequest&) {
        return Reply{.body = answer_of_alerts("2020-01-01T00:00:00.000Z")};
    }};
    const Seen stale = asked({"--alerts-at", old.url()});
    CHECK(stale.message.find("Alertmanager heard of 'Watchdog' ") == 0);
    CHECK(stale.state == State::critical);
    const HttpServer empty{
        [](const HttpRequest&) { return Reply{.body = "[]"}; }};
    CHECK(asked({"--alerts-at", empty.url()}).str() ==
          "CRITICAL: Alertmanager does not know 'Watchdog': does Prometheus "
          "send to it?");
    const HttpServer other{
        [](const HttpRequest&) { return Reply{.status = 404}; }};
    CHECK(asked({"--alerts-at", other.url()})
              .message.find("no Alertmanager API: status 404") == 0);
    CHECK(asked({"--alerts-at", "http://127.0.0.1:1"})
              .message.find("Alertmanager does not answer: ") == 0);
    silence(shared_monitoring().alertmanager.url());
    CHECK(asked().str() ==
          "WARNING: Alertmanager has 'Watchdog' silenced or inhibited");
}

}  // namespace lark_batch::healthcheck::test
