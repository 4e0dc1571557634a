#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/company.hpp"

namespace lark_batch::sandbox {

// The contact scope: which departments (with all below), people and groups
// an app may see.
struct Scope {
    bool all = true;
    std::vector<Index> departments;
    std::vector<Index> users;
    std::vector<std::string> groups = {"g122817", "g9f3ac2"};
};

bool sees_department(const Company& company, const Scope& scope,
                     Index department);
bool sees_person(const Company& company, const Scope& scope, Index person);

struct App {
    std::string id;
    std::string secret;
    unsigned position = 0;
    bool disabled = false;
    Scope scope;
    std::uint64_t hidden_user = 0;
    std::uint64_t hidden_department = 0;
    // As the application API tells them; they permit nothing here.
    std::vector<std::string> granted_scopes = {"contact:contact.base:readonly"};
    std::vector<std::string> denied;  // substrings of Route::permission
    std::string tenant_token;         // the one handed out last
};

enum class TokenKind { tenant, user };

struct Token {
    TokenKind kind = TokenKind::tenant;
    unsigned app = 0;
    std::int64_t expires = 0;  // wall seconds
    bool revoked = false;
    Index person = k_none;  // of a user token
    std::string scope;
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// Apps and the access tokens issued to them.
class Apps {
public:
    App& add(std::string id, std::string secret);
    [[nodiscard]] App* find(std::string_view id);
    [[nodiscard]] App& at(unsigned position) { return m_apps[position]; }
    [[nodiscard]] const std::deque<App>& all() const { return m_apps; }

    // `length` 0 gives the usual short text after `prefix`, else an opaque
    // one of that many characters beginning with `eyJ`.
    std::string new_token(std::string_view prefix, int length, Token token);
    [[nodiscard]] Token* token(std::string_view text);
    void expire_tenant_tokens();

private:
    std::deque<App> m_apps;
    std::unordered_map<std::string, Token, TextHash, std::equal_to<>> m_tokens;
};

// Unique for the process, so that no two runs share a token.
std::string random_text(std::string_view prefix, int length);

}  // namespace lark_batch::sandbox
