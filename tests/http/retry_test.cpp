#include "lib/http/retry.hpp"

#include <doctest/doctest.h>

using lark_batch::clock::Duration;
using lark_batch::http::next_wait;
using lark_batch::http::RetryPolicy;

namespace {

constexpr Duration k_none{0};

}  // namespace

TEST_CASE("retry: waits double up to the cap, each between zero and that") {
    const RetryPolicy policy{.attempts = 12, .budget = Duration{3'600'000}};
    Duration longest{0};
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CHECK(*next_wait(policy, 1, k_none, {}, seed) <= Duration{500});
        CHECK(*next_wait(policy, 3, k_none, {}, seed) <= Duration{2'000});
        const Duration late = *next_wait(policy, 11, k_none, {}, seed);
        CHECK(late <= policy.cap);
        longest = std::max(longest, late);
    }
    CHECK(longest > policy.cap / 2);
}

TEST_CASE("retry: the last attempt has no successor") {
    const RetryPolicy policy;
    CHECK(next_wait(policy, 4, k_none, {}, 1));
    CHECK_FALSE(next_wait(policy, 5, k_none, {}, 1));
}

TEST_CASE("retry: the budget ends it before the attempts do") {
    const RetryPolicy policy;
    CHECK_FALSE(next_wait(policy, 1, Duration{120'001}, {}, 1));
    CHECK_FALSE(next_wait(policy, 1, Duration{100'000}, Duration{30'000}, 1));
}

TEST_CASE("retry: a server's wait is kept in full and stretched a little") {
    const RetryPolicy policy;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const auto wait = next_wait(policy, 1, k_none, Duration{7'000}, seed);
        REQUIRE(wait);
        CHECK(*wait >= Duration{7'000});
        CHECK(*wait <= Duration{8'000});
    }
    CHECK_FALSE(next_wait(policy, 1, k_none, Duration::max(), 1));
}

TEST_CASE("retry: the same seed gives the same wait") {
    const RetryPolicy policy;
    CHECK(next_wait(policy, 2, k_none, {}, 42) ==
          next_wait(policy, 2, k_none, {}, 42));
}
