#include "lib/lark/wait.hpp"

#include <algorithm>

#include "lib/http/retry.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::lark {

namespace {

constexpr http::RetryPolicy k_faults{};
constexpr http::RetryPolicy k_rate_limits{
    .attempts = 20,
    .base = clock::Duration{1'000},
    .cap = clock::Duration{60'000},
    .budget = clock::Duration{15 * 60'000},
};
// Far more than any budget, and far from overflow.
constexpr long long k_longest_seconds = 86'400;

}  // namespace

std::optional<clock::Duration> server_wait(const http::Response& response) {
    for (const char* name : {"x-ogw-ratelimit-reset", "retry-after"}) {
        const auto seconds = text::parse_integer(response.header(name));
        if (seconds && *seconds >= 0) {
            return std::chrono::seconds{std::min(*seconds, k_longest_seconds)};
        }
    }
    return std::nullopt;
}

std::optional<clock::Duration> wait_before_next(const Verdict& verdict,
                                                const http::Response& response,
                                                int attempts,
                                                clock::Duration spent) {
    const bool limited = verdict.reaction == Reaction::rate_limited;
    return http::next_wait(limited ? k_rate_limits : k_faults, attempts, spent,
                           server_wait(response), clock::random_seed());
}

}  // namespace lark_batch::lark
