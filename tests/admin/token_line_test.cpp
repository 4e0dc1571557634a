#include "tools/lark-admin/token_line.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/errors/error.hpp"

using namespace lark_batch;

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const clock::WallTime k_now{seconds{1'795'313'740}};  // 2026-11-22T02:15:40Z

admin::TokenLine read(const std::string& line) {
    simdjson::dom::parser parser;
    return admin::read_token_line(parser, line, k_now);
}

// Members beside an answer that is complete.
std::string with(const std::string& members) {
    return R"({"access_token":"u-hunter2","expires_in":7200)" +
           (members.empty() ? "" : "," + members) + "}";
}

errors::Error refusal(const std::string& line) {
    try {
        read(line);
    } catch (const errors::Error& error) {
        return error;
    }
    return errors::Error{errors::Kind::bug, "no error at all"};
}

std::string told(const std::string& line) {
    return refusal(line).what();
}

}  // namespace

TEST_CASE("token line: what an OAuth callback received is understood") {
    const auto line =
        read(R"({"code":0,"access_token":"u-a","expires_in":7200,)"
             R"("refresh_token":"ur-b","refresh_token_expires_in":604800,)"
             R"("token_type":"Bearer","scope":"a:b  offline_access",)"
             R"("app":"hr","open_id":"ou_a"})");
    CHECK(line.identity.app == "hr");
    CHECK(line.identity.subject == "ou_a");
    CHECK(line.identity.token_type == "user_access_token");
    CHECK(line.grant.access_token.reveal() == "u-a");
    CHECK(line.grant.access_life == hours{2});
    CHECK(line.grant.refresh_token.reveal() == "ur-b");
    CHECK(line.grant.refresh_life == hours{168});
    CHECK(line.grant.scopes ==
          std::vector<std::string>{"a:b", "offline_access"});
    CHECK(line.obtained_at == k_now);
    CHECK(line.authorized_at == k_now);
}

TEST_CASE("token line: the historic answer has its tokens in 'data'") {
    const auto line = read(
        R"({"code":0,"app":"hr","data":{"access_token":"u-a",)"
        R"("expires_in":60,"refresh_token":"ur-b","refresh_expires_in":120}})");
    CHECK(line.identity.app == "hr");
    CHECK(line.grant.access_token.reveal() == "u-a");
    CHECK(line.grant.access_life == minutes{1});
    CHECK(line.grant.refresh_life == minutes{2});
}

TEST_CASE("token line: a token needs no refresh token, and no owner yet") {
    const auto line = read(with(R"("refresh_token":null,"open_id":null)"));
    CHECK(line.grant.refresh_token.empty());
    CHECK(line.grant.refresh_life == seconds{0});
    CHECK(line.grant.scopes.empty());
    CHECK(line.identity.app.empty());
    CHECK(line.identity.subject.empty());
}

TEST_CASE("token line: types of ours are kept") {
    CHECK(read(with(R"("token_type":"tenant_access_token")"))
              .identity.token_type == "tenant_access_token");
    CHECK(read(with(R"("token_type":"")")).identity.token_type ==
          "user_access_token");
}

TEST_CASE("token line: consent comes before the answer unless told") {
    const auto line = read(with(R"("obtained_at":"2026-11-22T10:00:00+08:00",)"
                                R"("authorized_at":"2026-11-20T00:00:00Z")"));
    CHECK(clock::format_utc(line.obtained_at) == "2026-11-22T02:00:00.000Z");
    CHECK(clock::format_utc(line.authorized_at) == "2026-11-20T00:00:00.000Z");
    const auto one = read(with(R"("obtained_at":"2026-11-22T02:00:00Z")"));
    CHECK(one.authorized_at == one.obtained_at);
}

TEST_CASE("token line: each problem is told by the member's name") {
    const std::string time =
        "'obtained_at' is in the future or before"
        " 'authorized_at'";
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"", "not a JSON object"},
        {"u-hunter2", "not a JSON object"},
        {R"(["u-hunter2"])", "not a JSON object"},
        {R"({"access_token":"u-hunter2")", "not a JSON object"},
        {"{}", "'access_token' is missing"},
        {R"({"access_token":"","expires_in":1})", "'access_token' is missing"},
        {R"({"access_token":["u-hunter2"],"expires_in":1})",
         "'access_token' is not a text"},
        {R"({"access_token":"u hunter2","expires_in":1})",
         "'access_token' holds a character that no token has"},
        {R"({"access_token":"u-hunter2\r\nX: y","expires_in":1})",
         "'access_token' holds a character that no token has"},
        {R"({"access_token":")" + std::string(16'385, 'h') +
             R"(","expires_in":1})",
         "'access_token' is longer than any token"},
        {R"({"access_token":"u-hunter2"})", "'expires_in' is missing"},
        {R"({"access_token":"u-hunter2","expires_in":"soon"})",
         "'expires_in' is not a number of seconds up to 400 days"},
        {R"({"access_token":"u-hunter2","expires_in":0})",
         "'expires_in' is not a number of seconds up to 400 days"},
        {R"({"access_token":"u-hunter2","expires_in":34560001})",
         "'expires_in' is not a number of seconds up to 400 days"},
        {with(R"("refresh_token":"ur-hunter2")"),
         "'refresh_token_expires_in' is missing"},
        {with(R"("refresh_token":"ur-hunter2","refresh_expires_in":-1)"),
         "'refresh_expires_in' is not a number of seconds up to 400 days"},
        {with(R"("refresh_token":7)"), "'refresh_token' is not a text"},
        {with(R"("scope":["hunter2"])"), "'scope' is not a text"},
        {with(R"("token_type":"hunter2")"), "'token_type' is none of ours"},
        {with(R"("open_id":17)"), "'open_id' is not a text"},
        {with(R"("app":{"name":"hunter2"})"), "'app' is not a text"},
        {with(R"("obtained_at":"hunter2")"), "'obtained_at' is no time"},
        {with(R"("obtained_at":1763777740)"), "'obtained_at' is not a text"},
        {with(R"("authorized_at":"2026-02-30T00:00:00Z")"),
         "'authorized_at' is no time"},
        {with(R"("obtained_at":"2026-11-22T02:25:40Z")"), time},
        {with(R"("obtained_at":"2026-11-20T00:00:00Z",)"
              R"("authorized_at":"2026-11-21T00:00:00Z")"),
         time}};
    for (const auto& [line, problem] : wrong) {
        CAPTURE(line);
        const errors::Error error = refusal(line);
        CHECK(error.kind() == errors::Kind::usage);
        CHECK(std::string{error.what()} == problem);
        CHECK_FALSE(error.hint().empty());
        CHECK(error.hint().find("hunter2") == std::string::npos);
    }
}

TEST_CASE("token line: a clock a little ahead of ours is no problem") {
    CHECK_NOTHROW(read(with(R"("obtained_at":"2026-11-22T02:20:00Z")")));
}

TEST_CASE("token line: what holds in 'data' is said of 'data'") {
    CHECK(told(R"({"access_token":"u-hunter2","expires_in":1,"data":{}})") ==
          "'access_token' is missing");
    CHECK(told(R"({"data":"hunter2"})") == "'access_token' is missing");
}

TEST_CASE("token line: longest tokens and lives are taken") {
    const auto line = read(R"({"access_token":")" + std::string(16'384, 'h') +
                           R"(","expires_in":34560000})");
    CHECK(line.grant.access_token.reveal().size() == 16'384);
    CHECK(line.grant.access_life == hours{24 * 400});
}
