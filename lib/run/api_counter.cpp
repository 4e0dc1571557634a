#include "lib/run/api_counter.hpp"

namespace lark_batch::run {

void ApiCounter::attempt(const std::string& method, const std::string& api,
                         int status, std::chrono::microseconds elapsed) {
    ++m_calls;
    m_deltas->add(metrics::k_api_requests,
                  {{"method", method},
                   {"endpoint", api},
                   {"status", metrics::status_label(status)}});
    m_deltas->observe(metrics::k_api_duration,
                      {{"method", method}, {"endpoint", api}},
                      std::chrono::duration<double>(elapsed).count());
}

void ApiCounter::rate_limited() {
    m_deltas->add(metrics::k_rate_limited, {});
}

void ApiCounter::token_fetched() {
    m_deltas->add(metrics::k_token_successes, {});
}

void ApiCounter::token_retried() {
    m_deltas->add(metrics::k_token_retries, {});
}

void ApiCounter::token_failed() {
    m_deltas->add(metrics::k_token_failures, {});
}

namespace {

std::string value_of(const metrics::Labels& labels, std::string_view name) {
    for (const auto& [known, value] : labels) {
        if (known == name) {
            return value;
        }
    }
    return {};
}

}  // namespace

long long metered_calls(const metrics::Totals& totals) {
    double calls = 0;
    for (const metrics::CounterTotal& total : totals.counters) {
        if (total.metric != metrics::k_api_requests.name) {
            continue;
        }
        const std::string api = value_of(total.labels, "endpoint");
        const bool metered = api == "/open-apis/im/v1/messages" ||
                             api == "/open-apis/bot/v3/info";
        if (metered && value_of(total.labels, "status").starts_with('2')) {
            calls += total.value;
        }
    }
    return static_cast<long long>(calls);
}

}  // namespace lark_batch::run
