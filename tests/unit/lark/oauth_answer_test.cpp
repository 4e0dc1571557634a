#include "lib/lark/oauth_answer.hpp"

#include <doctest/doctest.h>

using lark_batch::clock::Duration;
using lark_batch::lark::OAuthAnswer;
using lark_batch::lark::read_oauth_answer;

namespace {

constexpr std::chrono::hours k_week{7 * 24};

}  // namespace

TEST_CASE("oauth answer: a grant with all it may bring") {
    const OAuthAnswer answer = read_oauth_answer(
        R"({"code":0,"access_token":"eyJ.a-b_c","expires_in":7200,)"
        R"("refresh_token":"eyJ.r","refresh_token_expires_in":604800,)"
        R"("token_type":"Bearer","scope":"a:b offline_access"})");
    REQUIRE(answer.granted);
    CHECK(answer.valid);
    CHECK(answer.grant.access_token.reveal() == "eyJ.a-b_c");
    CHECK(answer.grant.access_life == std::chrono::hours{2});
    CHECK(answer.grant.refresh_token.reveal() == "eyJ.r");
    CHECK(answer.grant.refresh_life == k_week);
    CHECK(answer.grant.scopes ==
          std::vector<std::string>{"a:b", "offline_access"});
}

TEST_CASE("oauth answer: numbers may come as strings") {
    const OAuthAnswer answer = read_oauth_answer(
        R"({"code":"0","access_token":"a","expires_in":"60"})");
    REQUIRE(answer.granted);
    CHECK(answer.grant.access_life == std::chrono::minutes{1});
    const OAuthAnswer refusal =
        read_oauth_answer(R"({"code":"20064","error":"invalid_grant",)"
                          R"("error_description":"revoked"})");
    CHECK(refusal.valid);
    CHECK_FALSE(refusal.granted);
    CHECK(refusal.code == 20064);
    CHECK(refusal.error == "invalid_grant");
    CHECK(refusal.message == "revoked");
}

TEST_CASE("oauth answer: without offline_access there is no refresh token") {
    const OAuthAnswer answer =
        read_oauth_answer(R"({"access_token":"a","expires_in":7200})");
    REQUIRE(answer.granted);
    CHECK(answer.grant.refresh_token.empty());
    CHECK(answer.grant.refresh_life == Duration{0});
    CHECK(answer.grant.scopes.empty());
}

TEST_CASE("oauth answer: tokens are kept though their lives were not told") {
    const OAuthAnswer answer =
        read_oauth_answer(R"({"access_token":"a","refresh_token":"r"})");
    REQUIRE(answer.granted);
    CHECK(answer.grant.access_life == Duration{0});
    CHECK(answer.grant.refresh_life == k_week);
}

TEST_CASE("oauth answer: lives beyond reason are cut, none is negative") {
    const OAuthAnswer answer = read_oauth_answer(
        R"({"access_token":"a","expires_in":9223372036854775807,)"
        R"("refresh_token":"r","refresh_token_expires_in":-5})");
    REQUIRE(answer.granted);
    CHECK(answer.grant.access_life == std::chrono::hours{10 * 365 * 24});
    CHECK(answer.grant.refresh_life == Duration{0});
}

TEST_CASE("oauth answer: what cannot be a token is no grant") {
    for (const std::string& token :
         {std::string{}, std::string{"a b"}, std::string{R"(a\r\nX: y)"},
          std::string(70'000, 'a')}) {
        const OAuthAnswer answer =
            read_oauth_answer(R"({"code":0,"access_token":")" + token + "\"}");
        CHECK_FALSE(answer.granted);
        CHECK(answer.grant.access_token.empty());
    }
    CHECK_FALSE(
        read_oauth_answer(R"({"code":20050,"access_token":"a"})").granted);
}

TEST_CASE("oauth answer: long tokens are whole") {
    const std::string token(4'096, 'e');
    const OAuthAnswer answer =
        read_oauth_answer(R"({"access_token":")" + token + "\"}");
    REQUIRE(answer.granted);
    CHECK(answer.grant.access_token.reveal() == token);
}

TEST_CASE("oauth answer: the gateway's envelope is understood as well") {
    const OAuthAnswer answer = read_oauth_answer(
        R"({"code":99991400,"msg":"request trigger frequency limit",)"
        R"("error":{"log_id":"2026"}})");
    CHECK(answer.valid);
    CHECK(answer.code == 99991400);
    CHECK(answer.message == "request trigger frequency limit");
    CHECK(answer.log_id == "2026");
    CHECK(answer.error.empty());
}

TEST_CASE("oauth answer: anything else is not valid, and no crash") {
    for (const char* body :
         {"", "<html>", "null", "[]", "{}", "7", "\"code\"", R"({"code":[]})",
          R"({"code":0)", R"({"data":{"code":1}})"}) {
        CAPTURE(body);
        CHECK_FALSE(read_oauth_answer(body).valid);
    }
    CHECK(read_oauth_answer(R"({"code":0})").valid);
    CHECK_FALSE(read_oauth_answer(R"({"code":0})").granted);
}
