#include "tests/sandbox/apps.hpp"

#include <algorithm>
#include <random>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {

bool sees_department(const Company& company, const Scope& scope,
                     Index department) {
    return scope.all ||
           (department != k_root &&
            std::any_of(scope.departments.begin(), scope.departments.end(),
                        [&](Index ticked) {
                            return company.is_below(department, ticked);
                        }));
}

bool sees_person(const Company& company, const Scope& scope, Index at) {
    const Person& person = company.person(at);
    return scope.all || sees_department(company, scope, person.primary) ||
           (person.second != k_none &&
            sees_department(company, scope, person.second)) ||
           std::find(scope.users.begin(), scope.users.end(), at) !=
               scope.users.end();
}

App& Apps::add(std::string id, std::string secret) {
    App app;
    app.id = std::move(id);
    app.secret = std::move(secret);
    app.position = static_cast<unsigned>(m_apps.size());
    return m_apps.emplace_back(std::move(app));
}

App* Apps::find(std::string_view id) {
    for (App& app : m_apps) {
        if (app.id == id) {
            return &app;
        }
    }
    return nullptr;
}

std::string Apps::new_token(std::string_view prefix, int length, Token token) {
    std::string text = random_text(prefix, length);
    m_tokens.emplace(text, std::move(token));
    return text;
}

Token* Apps::token(std::string_view text) {
    const auto found = m_tokens.find(text);
    return found == m_tokens.end() ? nullptr : &found->second;
}

void Apps::expire_tenant_tokens() {
    for (auto& [text, token] : m_tokens) {
        token.revoked = token.revoked || token.kind == TokenKind::tenant;
    }
    for (App& app : m_apps) {
        app.tenant_token.clear();
    }
}

std::string random_text(std::string_view prefix, int length) {
    static std::uint64_t state = std::random_device{}() * 0x100000001ULL + 1;
    std::string text(length > 0 ? "eyJhbGciOiJFUzI1NiIs" : prefix);
    const std::size_t size =
        length > 0 ? static_cast<std::size_t>(length) : prefix.size() + 40;
    while (text.size() < size) {
        append_hex(text, state = mix(state, 1));
    }
    text.resize(size);
    return text;
}

}  // namespace lark_batch::sandbox
