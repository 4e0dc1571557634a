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

}  // namespace lark_batch::run
