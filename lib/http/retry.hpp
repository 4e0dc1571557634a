// When to repeat a request: the policy is data, the decision a pure function.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/clock/clock.hpp"

namespace lark_batch::http {

struct RetryPolicy {
    int attempts = 5;             // the first one included
    clock::Duration base{500};    // of the exponential wait, with full jitter
    clock::Duration cap{30'000};  // of one wait of our own choice
    clock::Duration budget{120'000};  // from the first attempt's start
};

// The wait before the next attempt, or nothing when it is time to give up.
// `attempt` counts the attempts made, `spent` is the time since the first one
// began. A wait that the server asked for is kept in full and stretched by up
// to a second, so that its clients do not all come back at once. The same
// seed gives the same answer.
std::optional<clock::Duration> next_wait(
    const RetryPolicy& policy, int attempt, clock::Duration spent,
    std::optional<clock::Duration> server_wait, std::uint64_t seed);

}  // namespace lark_batch::http
