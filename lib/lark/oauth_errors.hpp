// What to do about an answer of the OAuth token endpoint, and what it means
// for the code or refresh token that was presented. Private to lib/lark.
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/authentication-management/access-token/refresh-user-access-token
#pragma once

#include <span>
#include <string_view>

#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/oauth.hpp"

namespace lark_batch::lark {

enum class GrantReaction {
    accept,
    retry,         // surely not processed: the same call later
    rate_limited,  // the same, and the whole endpoint pauses
    unknown,       // may have been processed: once more, at once
    give_up,       // refused
};

struct GrantCodeRow {
    long long code;
    GrantReaction reaction;
    GrantFault fault;  // when nothing helped
    errors::Kind kind;
    std::string_view hint;
};

// In ascending order.
std::span<const GrantCodeRow> grant_code_rows();

// One attempt as the rules see it.
struct GrantAttempt {
    http::Fault fault = http::Fault::none;
    int status = 0;
    bool granted = false;  // the body held an access token
    long long code = 0;
    std::string_view error{};  // RFC 6749's word
};

struct GrantVerdict {
    GrantReaction reaction;
    GrantFault fault;
    errors::Kind kind;
    std::string_view hint;
};

GrantVerdict judge_grant(const GrantAttempt& attempt);

}  // namespace lark_batch::lark
