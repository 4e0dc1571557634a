#include "lib/run/api_counter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace lark_batch::run {

namespace {

using metrics::Labels;

constexpr const char* k_path = "/open-apis/authen/v2/oauth/token";

// The total of that family and labels; -1 when nothing was counted.
double total(const metrics::Deltas& deltas, const metrics::Family& family,
             Labels labels) {
    std::ranges::sort(labels);
    for (metrics::CounterTotal counter : deltas.totals().counters) {
        std::ranges::sort(counter.labels);
        if (counter.metric == family.name && counter.labels == labels) {
            return counter.value;
        }
    }
    return -1;
}

Labels call(const std::string& status) {
    return {{"method", "POST"}, {"endpoint", k_path}, {"status", status}};
}

}  // namespace

TEST_CASE("api counter: each attempt is a call, with its answer and time") {
    metrics::Deltas deltas;
    ApiCounter counter{deltas};
    using std::chrono::milliseconds;
    counter.attempt("POST", k_path, 200, milliseconds{40});
    counter.attempt("POST", k_path, 200, milliseconds{60});
    counter.attempt("POST", k_path, 0, milliseconds{400});
    CHECK(counter.calls() == 3);
    CHECK(counter.retries() == 0);
    CHECK(total(deltas, metrics::k_api_requests, call("200")) == 2);
    CHECK(total(deltas, metrics::k_api_requests, call("error")) == 1);
    REQUIRE(deltas.totals().histograms.size() == 1);
    const auto& times = deltas.totals().histograms[0];
    CHECK(times.metric == metrics::k_api_duration.name);
    CHECK(times.sum == doctest::Approx(0.5));
}

TEST_CASE("api counter: a retry is told apart, it counts when it is made") {
    metrics::Deltas deltas;
    ApiCounter counter{deltas};
    counter.retry();
    counter.retry();
    CHECK(counter.retries() == 2);
    CHECK(counter.calls() == 0);
    CHECK(deltas.empty());
}

TEST_CASE("api counter: what befalls tokens has the fixed names") {
    metrics::Deltas deltas;
    ApiCounter counter{deltas};
    counter.rate_limited();
    counter.token_fetched();
    counter.token_fetched();
    counter.token_retried();
    counter.token_failed();
    CHECK(total(deltas, metrics::k_rate_limited, {}) == 1);
    CHECK(total(deltas, metrics::k_token_successes, {}) == 2);
    CHECK(total(deltas, metrics::k_token_retries, {}) == 1);
    CHECK(total(deltas, metrics::k_token_failures, {}) == 1);
    CHECK(counter.calls() == 0);
}

TEST_CASE("api counter: what counts against the monthly quota") {
    metrics::Deltas deltas;
    ApiCounter counter{deltas};
    const std::chrono::microseconds time{1};
    const auto ask = [&](const char* method, const char* api, int status) {
        counter.attempt(method, api, status, time);
    };
    ask("POST", "/open-apis/im/v1/messages", 200);
    ask("POST", "/open-apis/im/v1/messages", 200);
    ask("POST", "/open-apis/im/v1/messages", 400);
    ask("GET", "/open-apis/bot/v3/info", 200);
    ask("GET", "/open-apis/contact/v3/scopes", 200);
    ask("POST", k_path, 200);
    CHECK(metered_calls(deltas.totals()) == 3);
    CHECK(metered_calls({}) == 0);
}

}  // namespace lark_batch::run
