#include "lib/lark/oauth_ask.hpp"

#include <doctest/doctest.h>

using namespace lark_batch::lark;
using lark_batch::text::Secret;

namespace {

OAuthApp app() {
    OAuthApp made;
    made.app_id = "cli_x";
    made.secret = Secret{"s3\"cret"};
    return made;
}

}  // namespace

TEST_CASE("oauth ask: a refresh carries the credentials in its body") {
    CHECK(refresh_body(app(), Secret{"ur-1"}).reveal() ==
          R"({"grant_type":"refresh_token","client_id":"cli_x",)"
          R"("client_secret":"s3\"cret","refresh_token":"ur-1"})");
}

TEST_CASE("oauth ask: an exchange carries the verifier, if there is one") {
    Authorization authorization{"c", "http://127.0.0.1:1/cb", Secret{"v"}};
    CHECK(exchange_body(app(), authorization).reveal() ==
          R"({"grant_type":"authorization_code","client_id":"cli_x",)"
          R"("client_secret":"s3\"cret","code":"c",)"
          R"("redirect_uri":"http://127.0.0.1:1/cb","code_verifier":"v"})");
    authorization.code_verifier = Secret{};
    CHECK(exchange_body(app(), authorization).reveal().find("verifier") ==
          std::string::npos);
}

TEST_CASE("oauth ask: every secret is taken out of a server's words") {
    CHECK(without_secrets("a ur-1, b ur-1 and pw",
                          {Secret{"ur-1"}, Secret{"pw"}, Secret{}}) ==
          "a ***, b *** and ***");
    CHECK(without_secrets("**", {Secret{"*"}}) == "******");
}
