// One question of an OAuthClient, from its queueing to its end, and how it is
// put. Private to lib/lark.
#pragma once

#include <memory>
#include <string>

#include "lib/lark/lanes.hpp"
#include "lib/lark/oauth.hpp"

namespace lark_batch::lark {

struct Ask {
    LaneOf<Ask>* lane = nullptr;
    std::string method;
    std::string url;
    text::Secret body;       // of a POST, with the app's credentials
    text::Secret presented;  // the code, refresh token or access token
    // Either these two, of the token endpoint, or the next two.
    OAuthClient::OnGrant on_grant;
    OAuthClient::OnFailure on_failure;
    OAuthClient::OnPerson on_person;
    OAuthClient::OnError on_error;

    int attempts = 0;
    bool unanswered = false;  // one attempt at least may have been processed
    clock::Instant first_start;
    clock::WallTime asked;  // the latest attempt's start

    bool for_grant() const { return static_cast<bool>(on_grant); }
};

using AskPtr = std::unique_ptr<Ask>;

// The app's credentials go into the body only: both ways at once is 20070.
text::Secret refresh_body(const OAuthApp& app,
                          const text::Secret& refresh_token);
text::Secret exchange_body(const OAuthApp& app,
                           const Authorization& authorization);

http::Request request_of(const Ask& ask);

// A server's words with each `secret` replaced: it may quote the request.
std::string without_secrets(std::string words,
                            std::initializer_list<text::Secret> secrets);

}  // namespace lark_batch::lark
