// The answer of the OAuth token endpoint: a flat object, {"code":0,
// "access_token":...} or {"code":20064,"error":...,"error_description":...},
// or the common envelope when the gateway answers in its place.
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/authentication-management/access-token/refresh-user-access-token
// Private to lib/lark.
#pragma once

#include <string>

#include "lib/lark/oauth.hpp"

namespace lark_batch::lark {

struct OAuthAnswer {
    bool valid = false;    // an object with a code, an error or a token
    long long code = 0;    // sent as a number or as a string
    std::string error;     // RFC 6749's word, such as invalid_grant
    std::string message;   // for people; may be of any length
    std::string log_id;    // of the gateway's answers
    bool granted = false;  // `grant` is one: whatever else was said
    Grant grant;           // without `asked`
};

// Never throws on what a server says. A life that was not told is zero for an
// access token (use it up at once) and the documented week for a refresh
// token. A token that could not be sent on, or beyond 64 KiB, is no grant.
OAuthAnswer read_oauth_answer(const std::string& body);

}  // namespace lark_batch::lark
