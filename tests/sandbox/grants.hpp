#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/sandbox/ids.hpp"

// What people granted to apps, and the tokens that came of it.
namespace lark_batch::sandbox {

struct World;

// What a person granted to an app.
struct Grant {
    unsigned app = 0;
    Index person = k_none;
    std::string scope;
    std::int64_t ends = 0;  // no refresh after this wall second
};

struct AuthorizationCode {
    Grant grant;
    std::int64_t expires = 0;  // wall seconds
    std::string challenge;     // of PKCE, empty without
    bool plain_challenge = false;
    std::string redirect_uri;
    bool used = false;
};

struct RefreshToken {
    Grant grant;
    std::int64_t expires = 0;
    std::string access_token;  // issued together with it
    bool used = false;
};

// The tokens of one person and app, one after the other.
struct Rotation {
    std::string newest;       // refresh token, empty without
    int refreshed = 0;        // times
    int presented_again = 0;  // times a used refresh token came
};

// By app and person. After a second consent it goes on with the new tokens.
using Rotations = std::map<std::pair<unsigned, Index>, Rotation>;

struct TokenPair {
    std::string access;
    std::string refresh;  // empty without offline_access
};

// A year from now: the end of what is granted now.
std::int64_t end_of_grant(const World& world);

// New tokens; `scope` may be less than what was granted.
TokenPair issue_pair(World& world, const Grant& grant,
                     const std::string& scope);

}  // namespace lark_batch::sandbox
