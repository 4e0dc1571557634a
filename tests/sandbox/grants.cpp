#include "tests/sandbox/grants.hpp"

#include "tests/sandbox/world.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::int64_t k_year = 365LL * 24 * 3600;

std::string new_refresh_token(World& world, const Grant& grant,
                              const std::string& access) {
    RefreshToken refresh;
    refresh.grant = grant;
    refresh.expires = world.clock.seconds() + world.settings.refresh_seconds;
    refresh.access_token = access;
    std::string text = random_text("ur-", world.settings.long_tokens);
    world.refresh_tokens.emplace(text, std::move(refresh));
    return text;
}

}  // namespace

std::int64_t end_of_grant(const World& world) {
    return world.clock.seconds() + k_year;
}

TokenPair issue_pair(World& world, const Grant& grant,
                     const std::string& scope) {
    const Settings& settings = world.settings;
    Token token;
    token.kind = TokenKind::user;
    token.app = grant.app;
    token.person = grant.person;
    token.scope = scope;
    token.expires = world.clock.seconds() + settings.user_token_seconds;
    TokenPair pair;
    pair.access =
        world.apps.new_token("u-", settings.long_tokens, std::move(token));
    if (scope.find("offline_access") != std::string::npos) {
        pair.refresh = new_refresh_token(world, grant, pair.access);
    }
    world.rotations[{grant.app, grant.person}].newest = pair.refresh;
    return pair;
}

}  // namespace lark_batch::sandbox
