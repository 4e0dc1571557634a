#include "lib/lark/token.hpp"

#include <doctest/doctest.h>

using lark_batch::clock::Duration;
using lark_batch::clock::Instant;
using lark_batch::lark::Token;
using lark_batch::text::Secret;

namespace {

constexpr Instant k_start{};
constexpr Duration k_second{1'000};

Token with_life(Duration life) {
    Token token;
    token.asking();
    token.fetched(Secret{"t-1"}, life, k_start);
    return token;
}

}  // namespace

TEST_CASE("token: only one question is asked at a time") {
    Token token;
    CHECK_FALSE(token.usable(k_start));
    CHECK(token.wants_fetch(k_start));
    token.asking();
    CHECK_FALSE(token.wants_fetch(k_start));
    CHECK(token.next_fetch() == Instant::max());
}

TEST_CASE("token: it is renewed 20 minutes before its end, still in use") {
    const Token token = with_life(7'200 * k_second);
    CHECK_FALSE(token.wants_fetch(k_start + 5'999 * k_second));
    const Instant due = k_start + 6'000 * k_second;
    CHECK(token.wants_fetch(due));
    CHECK(token.usable(due));
    CHECK_FALSE(token.usable(k_start + 7'200 * k_second));
}

TEST_CASE("token: a reused token with 31 minutes left is renewed below 30") {
    const Token token = with_life(1'860 * k_second);
    const Instant due = token.next_fetch();
    CHECK(k_start + 1'860 * k_second - due < 1'800 * k_second);
    CHECK(due > k_start);
}

TEST_CASE("token: a short-lived token serves more than half its life") {
    const Token token = with_life(6 * k_second);
    CHECK(token.next_fetch() == k_start + 4 * k_second);
}

TEST_CASE("token: a late refusal of the one before drops nothing") {
    Token token = with_life(7'200 * k_second);
    const int first = token.generation();
    token.refused(first);
    CHECK_FALSE(token.usable(k_start));
    CHECK(token.wants_fetch(k_start));
    token.asking();
    token.refused(first);
    CHECK_FALSE(token.wants_fetch(k_start));
    token.fetched(Secret{"t-2"}, 7'200 * k_second, k_start);
    token.refused(first);
    CHECK(token.usable(k_start));
}

TEST_CASE("token: a failed renewal leaves the old one in use") {
    Token token = with_life(7'200 * k_second);
    const Instant due = k_start + 6'000 * k_second;
    token.asking();
    token.not_fetched(due + k_second);
    CHECK(token.usable(due));
    CHECK_FALSE(token.wants_fetch(due));
    CHECK(token.wants_fetch(due + k_second));
}
