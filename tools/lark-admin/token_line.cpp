#include "tools/lark-admin/token_line.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "lib/errors/error.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;
using simdjson::dom::element;
using simdjson::dom::object;

// A token of Lark's takes 4 KB at most.
constexpr std::size_t k_longest_token = 16U << 10U;
constexpr std::int64_t k_longest_life = 400LL * 86'400;

constexpr std::array k_token_types{"user_access_token", "tenant_access_token",
                                   "app_access_token"};

[[noreturn]] void refuse(const std::string& problem, const char* hint) {
    throw Error{Kind::usage, problem, hint};
}

std::string text_of(const object& fields, const char* name) {
    std::string_view value;
    const auto error = fields[name].get(value);
    if (error == simdjson::NO_SUCH_FIELD) {
        return {};
    }
    if (error != simdjson::SUCCESS) {
        element other;
        if (fields[name].get(other) == simdjson::SUCCESS && other.is_null()) {
            return {};
        }
        refuse("'" + std::string{name} + "' is not a text", "quote its value");
    }
    return std::string{value};
}

std::string token_of(const object& fields, const char* name) {
    std::string token = text_of(fields, name);
    for (const char c : token) {
        if (c <= ' ' || c > '~') {
            refuse("'" + std::string{name} +
                       "' holds a character that no "
                       "token has",
                   "pass on what Lark answered, unchanged");
        }
    }
    if (token.size() > k_longest_token) {
        refuse("'" + std::string{name} + "' is longer than any token",
               "pass on what Lark answered, unchanged");
    }
    return token;
}

// The first of the names that is there; nothing when none is.
std::optional<clock::Duration> life_of(
    const object& fields, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        std::int64_t seconds = 0;
        const auto error = fields[name].get(seconds);
        if (error == simdjson::NO_SUCH_FIELD) {
            continue;
        }
        if (error != simdjson::SUCCESS || seconds <= 0 ||
            seconds > k_longest_life) {
            refuse("'" + std::string{name} +
                       "' is not a number of seconds up to 400 days",
                   "pass on what Lark answered, unchanged");
        }
        return std::chrono::seconds{seconds};
    }
    return std::nullopt;
}

clock::WallTime moment_of(const object& fields, const char* name,
                          clock::WallTime otherwise) {
    const std::string text = text_of(fields, name);
    if (text.empty()) {
        return otherwise;
    }
    const auto moment = clock::parse_rfc3339(text);
    if (!moment) {
        refuse("'" + std::string{name} + "' is no time",
               "write it as 2026-11-22T10:15:40+08:00");
    }
    return *moment;
}

db::TokenIdentity identity_of(const object& fields) {
    db::TokenIdentity identity;
    identity.app = text_of(fields, "app");
    identity.subject = text_of(fields, "open_id");
    if (const std::string type = text_of(fields, "token_type");
        !type.empty() && type != "Bearer") {
        if (std::find(k_token_types.begin(), k_token_types.end(), type) ==
            k_token_types.end()) {
            refuse("'token_type' is none of ours",
                   "leave it out, or write user_access_token");
        }
        identity.token_type = type;
    }
    return identity;
}

lark::Grant grant_of(const object& fields) {
    lark::Grant grant;
    grant.access_token = text::Secret{token_of(fields, "access_token")};
    if (grant.access_token.empty()) {
        refuse("'access_token' is missing",
               "each line is the answer of Lark's token endpoint");
    }
    const auto access = life_of(fields, {"expires_in"});
    if (!access) {
        refuse("'expires_in' is missing", "it is part of Lark's answer");
    }
    grant.access_life = *access;
    grant.refresh_token = text::Secret{token_of(fields, "refresh_token")};
    const auto refresh =
        life_of(fields, {"refresh_token_expires_in", "refresh_expires_in"});
    if (!grant.refresh_token.empty() && !refresh) {
        refuse("'refresh_token_expires_in' is missing",
               "it comes with the refresh token in Lark's answer");
    }
    grant.refresh_life = refresh.value_or(clock::Duration::zero());
    std::istringstream words{text_of(fields, "scope")};
    for (std::string scope; words >> scope;) {
        grant.scopes.push_back(scope);
    }
    return grant;
}

}  // namespace

TokenLine read_token_line(simdjson::dom::parser& parser,
                          const std::string& line, clock::WallTime now) {
    object fields;
    if (parser.parse(line).get(fields) != simdjson::SUCCESS) {
        refuse("not a JSON object", "write one object on each line");
    }
    object data;
    const bool nested = fields["data"].get(data) == simdjson::SUCCESS;
    TokenLine token;
    token.identity = identity_of(fields);
    token.grant = grant_of(nested ? data : fields);
    token.obtained_at = moment_of(fields, "obtained_at", now);
    token.authorized_at = moment_of(fields, "authorized_at", token.obtained_at);
    if (token.obtained_at > now + std::chrono::minutes{5} ||
        token.authorized_at > token.obtained_at) {
        refuse("'obtained_at' is in the future or before 'authorized_at'",
               "check the clock of the host that received it");
    }
    return token;
}

}  // namespace lark_batch::admin
