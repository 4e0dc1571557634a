#include <fmt/format.h>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/body.hpp"

namespace lark_batch::sandbox {
namespace {

// `cli_` and sixteen or so letters or digits.
bool well_formed(const std::string& app_id) {
    return app_id.starts_with("cli_") && app_id.size() >= 12 &&
           app_id.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789_") == std::string::npos;
}

Reply invalid_param() {
    return json_reply(R"({"code":10003,"data":{},"msg":"invalid param"})");
}

App& authenticate(World& world, const Request& request) {
    const auto body = Body::parse(request.content_type, request.body);
    const std::string* const id = body ? body->text("app_id") : nullptr;
    const std::string* const secret = body ? body->text("app_secret") : nullptr;
    if (id == nullptr || secret == nullptr || !well_formed(*id) ||
        secret->empty()) {
        throw Refusal{invalid_param()};
    }
    App* const app = world.apps.find(*id);
    if (app == nullptr) {
        throw Refusal{api_error(200, 10014, "app id not exists")};
    }
    if (app->secret != *secret) {
        throw Refusal{api_error(world.settings.secret_error_status, 10014,
                                "app secret invalid")};
    }
    return *app;
}

// The same token again while it has enough life left; otherwise a new one,
// and the old one stays valid until its own end.
const Token& current_token(World& world, App& app) {
    const std::int64_t now = world.clock.seconds();
    const Token* const token = world.apps.token(app.tenant_token);
    const int reuse = world.settings.token_reuse_seconds;
    if (token == nullptr || token->revoked || token->expires - now < reuse) {
        Token fresh;
        fresh.app = app.position;
        fresh.expires = now + world.settings.token_seconds;
        app.tenant_token = world.apps.new_token(
            "t-g1049", world.settings.long_tokens, std::move(fresh));
    }
    return *world.apps.token(app.tenant_token);
}

}  // namespace

Reply tenant_token(World& world, const Call& call) {
    App& app = authenticate(world, call.request);
    const Token& token = current_token(world, app);
    return json_reply(fmt::format(
        R"({{"code":0,"msg":"ok","tenant_access_token":"{}","expire":{}}})",
        app.tenant_token, token.expires - world.clock.seconds()));
}

Reply app_token(World& world, const Call& call) {
    App& app = authenticate(world, call.request);
    const Token& token = current_token(world, app);
    return json_reply(fmt::format(
        R"({{"code":0,"msg":"ok","app_access_token":"{0}","expire":{1},)"
        R"("tenant_access_token":"{0}"}})",
        app.tenant_token, token.expires - world.clock.seconds()));
}

}  // namespace lark_batch::sandbox
