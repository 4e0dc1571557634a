// What calls of the Lark API cost, for a run's result and its metrics.
#pragma once

#include <cstdint>

#include "lib/lark/client.hpp"
#include "lib/metrics/deltas.hpp"

namespace lark_batch::run {

class ApiCounter : public lark::Observer {
public:
    explicit ApiCounter(metrics::Deltas& deltas) : m_deltas(&deltas) {}

    std::uint64_t calls() const { return m_calls; }
    std::uint64_t retries() const { return m_retries; }

    void attempt(const std::string& method, const std::string& api, int status,
                 std::chrono::microseconds elapsed) override;
    void retry() override { ++m_retries; }
    void rate_limited() override;
    void token_fetched() override;
    void token_retried() override;
    void token_failed() override;

private:
    metrics::Deltas* m_deltas;
    std::uint64_t m_calls = 0;
    std::uint64_t m_retries = 0;
};

// How many of them count against the monthly quota of a tenant: those of
// im/v1/messages and bot/v3/info that were answered 2xx. Not so calls for
// tokens and those of the Contact API.
// https://open.feishu.cn/document/platform-notices/platform-updates-/custom-app-api-call-limit.md
long long metered_calls(const metrics::Totals& totals);

}  // namespace lark_batch::run
