#include "lib/http/retry.hpp"

namespace lark_batch::http {

namespace {

using clock::Duration;

constexpr Duration k_server_jitter{1'000};

}  // namespace

std::optional<Duration> next_wait(const RetryPolicy& policy, int attempt,
                                  Duration spent,
                                  std::optional<Duration> server_wait,
                                  std::uint64_t seed) {
    if (attempt >= policy.attempts) {
        return std::nullopt;
    }
    // Compared before anything is added: a server may ask for centuries.
    if (server_wait && *server_wait > policy.budget) {
        return std::nullopt;
    }
    const Duration wait =
        server_wait
            ? *server_wait +
                  clock::Backoff{k_server_jitter, k_server_jitter, seed}.wait(1)
            : clock::Backoff{policy.base, policy.cap, seed}.wait(attempt);
    if (spent + wait > policy.budget) {
        return std::nullopt;
    }
    return wait;
}

}  // namespace lark_batch::http
