// The SQL of the token commands, beside that of lib/db.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/db/tokens.hpp"

namespace lark_batch::admin {

struct KeyCount {
    std::string key_id;
    std::int64_t tokens = 0;
};
std::vector<KeyCount> count_by_key(db::Connection& connection);

// A token's facts, without the token. Times as RFC 3339 in UTC, or empty.
struct ListedToken {
    db::TokenIdentity identity;
    std::string state;
    std::string reason;
    std::string access_ends;
    std::string refresh_ends;
    std::string chain_ends;
    std::string failing_since;
    std::string updated;
    std::string key_id;
    std::vector<std::string> scopes;
    bool hold = false;
};

struct TokenFilter {
    std::vector<std::string> apps;  // empty: of all
    std::string state;              // empty: in any
    std::string user;               // empty: of anybody
    long long limit = 200;
};

struct TokenList {
    std::vector<ListedToken> tokens;  // the nearest end first
    std::int64_t all = 0;             // that the filter lets through
};
TokenList find_tokens(db::Connection& connection, const TokenFilter& filter);

}  // namespace lark_batch::admin
