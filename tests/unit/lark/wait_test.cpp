#include "lib/lark/wait.hpp"

#include <doctest/doctest.h>

using namespace lark_batch;
using clock::Duration;
using lark::Reaction;
using lark::server_wait;
using lark::Verdict;
using lark::wait_before_next;

namespace {

http::Response with(http::Headers headers) {
    http::Response response;
    response.headers = std::move(headers);
    return response;
}

const Verdict k_limited{Reaction::rate_limited, errors::Kind::unavailable, {}};
const Verdict k_fault{Reaction::retry, errors::Kind::unavailable, {}};

}  // namespace

TEST_CASE("wait: the gateway's reset header wins over Retry-After") {
    CHECK(server_wait(
              with({{"retry-after", "9"}, {"x-ogw-ratelimit-reset", "52"}})) ==
          Duration{52'000});
    CHECK(server_wait(with({{"retry-after", "9"}})) == Duration{9'000});
    CHECK_FALSE(server_wait(with({})));
    CHECK_FALSE(server_wait(with({{"x-ogw-ratelimit-reset", "-1"}})));
    CHECK_FALSE(
        server_wait(with({{"retry-after", "Sun, 22 Nov 2026 00:00:00 GMT"}})));
}

TEST_CASE("wait: a rate limit is kept in full, with up to a second more") {
    const auto wait = wait_before_next(
        k_limited, with({{"x-ogw-ratelimit-reset", "52"}}), 1, Duration{0});
    REQUIRE(wait);
    CHECK(*wait >= Duration{52'000});
    CHECK(*wait <= Duration{53'000});
}

TEST_CASE("wait: faults get five attempts, rate limits more") {
    const Duration none{0};
    CHECK(wait_before_next(k_fault, with({}), 4, none));
    CHECK_FALSE(wait_before_next(k_fault, with({}), 5, none));
    CHECK(wait_before_next(k_limited, with({}), 5, none));
    CHECK_FALSE(wait_before_next(k_limited, with({}), 20, none));
}

TEST_CASE("wait: a limit that lifts tomorrow is not waited for") {
    CHECK_FALSE(wait_before_next(
        k_limited, with({{"x-ogw-ratelimit-reset", "9223372036854775807"}}), 1,
        Duration{0}));
}
