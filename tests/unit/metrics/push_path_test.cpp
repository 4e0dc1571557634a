#include "lib/metrics/push_path.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/metrics/snapshot.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::metrics {

TEST_CASE("push path: a plain job name stays readable") {
    CHECK(push_path("lark-sync-users") == "/metrics/job/lark-sync-users");
    CHECK(push_path("a.b_C9") == "/metrics/job/a.b_C9");
}

TEST_CASE("push path: any other name goes as base64 without padding") {
    CHECK(push_path("a/b c") == "/metrics/job@base64/YS9iIGM");
    CHECK(push_path("..") == "/metrics/job@base64/Li4");
    CHECK(push_path("\xff\xfe?") == "/metrics/job@base64/__4_");
    CHECK(push_path("任务") == "/metrics/job@base64/5Lu75Yqh");
}

TEST_CASE("push path: a nameless job is our bug") {
    CHECK_THROWS_AS(push_path(""), errors::Error);
}

TEST_CASE("push path: a real gateway keeps the series under that job") {
    test::Pushgateway gateway;
    Deltas deltas;
    deltas.add(k_rate_limited, {}, 5);
    const auto text = exposition(deltas.totals().counters, {}, {});
    for (const std::string job : {"lark-sync-users", "a/b \"c\"", "任务"}) {
        const auto url = gateway.url() + push_path(job);
        const auto answer = test::http_request("POST", url, text);
        CAPTURE(job + ": " + answer.error + answer.body);
        CHECK(answer.status == 200);
    }
    const auto metrics = gateway.metrics();
    const std::string start =
        "lark_service_auth_rate_limit_triggered_total{instance=\"\",job=\"";
    CHECK(metrics.find(start + "lark-sync-users\"} 5") != std::string::npos);
    CHECK(metrics.find(start + R"(a/b \"c\""} 5)") != std::string::npos);
    CHECK(metrics.find(start + "任务\"} 5") != std::string::npos);
}

}  // namespace lark_batch::metrics
