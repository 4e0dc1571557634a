// One line of `token import`: what an OAuth callback received, as JSON.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/db/tokens.hpp"
#include "lib/lark/oauth.hpp"

namespace lark_batch::admin {

// The answer of the token endpoint (authen/v2/oauth/token, oauth/v3/token;
// also the `data` of the historic v1 endpoints), with members of ours beside:
//   app, open_id            whose; where they lack, --app and Lark say so
//   token_type              "user_access_token" unless given
//   obtained_at             when the answer was received, now unless given
//   authorized_at           when the person consented, obtained_at unless given
// Lives are seconds from obtained_at. Other members are passed over.
struct TokenLine {
    db::TokenIdentity identity;
    lark::Grant grant;
    clock::WallTime obtained_at;
    clock::WallTime authorized_at;
};

// Throws Error(usage) saying what is wrong, never quoting a value of the
// line but names of members.
TokenLine read_token_line(simdjson::dom::parser& parser,
                          const std::string& line, clock::WallTime now);

}  // namespace lark_batch::admin
