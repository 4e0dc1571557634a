#include "tests/sandbox/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/body.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::string_view k_bearer = "Bearer ";

// Token endpoints name their app in the body, all others by their token.
Caller identify(World& world, const Route& route, const Request& request) {
    Caller caller;
    if (route.access == Access::nothing) {
        const auto body = Body::parse(request.content_type, request.body);
        if (body) {
            const bool oauth = route.api == Api::oauth_token;
            caller.app = world.apps.find(
                body->text_or_empty(oauth ? "client_id" : "app_id"));
        }
    } else if (request.authorization.starts_with(k_bearer)) {
        caller.token = world.apps.token(
            std::string_view(request.authorization).substr(k_bearer.size()));
        if (caller.token != nullptr) {
            caller.app = &world.apps.at(caller.token->app);
        }
    }
    return caller;
}

Reply invalid_token(World& world, const Request& request, bool user) {
    if (user) {
        return gateway_error(request, world.settings.user_token_error_status,
                             99991668,
                             "Invalid access token for authorization. Please "
                             "make a request with token attached.");
    }
    return gateway_error(request, 400, 99991663,
                         "Invalid access token for authorization. Please make "
                         "a request with token attached.");
}

void check_token(World& world, const Route& route, const Request& request,
                 const Caller& caller) {
    const std::string& sent = request.authorization;
    if (!sent.starts_with(k_bearer) || sent.size() == k_bearer.size()) {
        throw Refusal{gateway_error(
            request, 400, 99991661,
            "Missing access token for authorization. Please make a request "
            "with token attached.")};
    }
    if (route.access == Access::user) {
        return;  // user_info judges the token itself, with codes of its own
    }
    const Token* const token = caller.token;
    const bool looks_like_user = sent.substr(k_bearer.size(), 2) == "u-";
    if (token == nullptr) {
        throw Refusal{invalid_token(world, request, looks_like_user)};
    }
    const bool user = token->kind == TokenKind::user;
    const bool wrong_kind = user && route.access == Access::tenant;
    if (token->revoked || wrong_kind) {
        throw Refusal{invalid_token(world, request, user)};
    }
    if (token->expires <= world.clock.seconds()) {
        throw Refusal{
            user
                ? gateway_error(request, world.settings.user_token_error_status,
                                99991677, "user access token expired")
                : invalid_token(world, request, false)};
    }
}

std::string violations(const Route& route, const App& app,
                       std::string_view type) {
    return fmt::format(
        R"("permission_violations":[{{"type":"{}","subject":"{}"}}],)"
        R"("helps":[{{"url":"https://open.feishu.cn/app/{}/auth?q={})"
        R"(&op_from=openapi&token_type=tenant",)"
        R"("description":"Scopes can be requested on this page"}}])",
        type, route.permission, app.id, route.permission);
}

void check_permission(World& world, const Route& route, const Request& request,
                      const Caller& caller) {
    const App& app = *caller.app;
    if (app.disabled) {
        throw Refusal{gateway_error(
            request, 400, 99991662,
            "app is not in use, check whether it is enabled in this tenant")};
    }
    const std::string_view needed = route.permission;
    const bool denied = std::any_of(
        app.denied.begin(), app.denied.end(), [&](const std::string& one) {
            return needed.find(one) != needed.npos ||
                   route.pattern.find(one) != route.pattern.npos;
        });
    if (denied) {
        throw Refusal{gateway_error(
            request, 400, 99991672,
            fmt::format("Access denied. One of the following scopes is "
                        "required: [{}]",
                        needed),
            violations(route, app, "action_scope_required"))};
    }
    const bool by_user = caller.token->kind == TokenKind::user;
    if (by_user && needed.starts_with("contact:") &&
        caller.token->scope.find("contact:") == std::string::npos) {
        throw Refusal{gateway_error(
            request, world.settings.user_token_error_status, 99991679,
            "Unauthorized. You do not have permission to perform this action",
            violations(route, app, "action_privilege_required"))};
    }
}

Reply rate_refusal(const World& world, int reset) {
    const Settings& settings = world.settings;
    Reply reply = api_error(settings.rate_limit_status, 99991400,
                            "request trigger frequency limit");
    if (settings.rate_limit_headers) {
        const int limit = settings.rate_per_minute > 0
                              ? settings.rate_per_minute
                              : settings.rate_per_second;
        reply.headers = {{"x-ogw-ratelimit-limit", std::to_string(limit)},
                         {"x-ogw-ratelimit-reset", std::to_string(reset)}};
    }
    return reply;
}

// The IP allow-list does not cover token endpoints.
bool applies(const FaultRule& rule, const Route& route) {
    return rule.action.kind != FaultKind::ip_denied ||
           route.access != Access::nothing;
}

// Errors of the OAuth endpoints have a form of their own, unless they are the
// gateway's.
std::optional<Reply> scripted_reply(const World& world, const Route& route,
                                    const Request& request,
                                    const FaultRule& rule) {
    const FaultAction& action = rule.action;
    if (action.kind != FaultKind::error || route.api != Api::oauth_token ||
        action.code >= 99990000) {
        return replace_reply(rule, request);
    }
    const int status = action.status == 0 ? 400 : action.status;
    return oauth_error(world, status, action.code,
                       status >= 500 ? "server_error" : "invalid_grant",
                       action.message);
}

Reply serve(World& world, const Match& match, const Request& request,
            const Caller& caller, const FaultRule* fault) {
    const Route& route = *match.route;
    if (fault != nullptr) {
        if (fault->action.kind == FaultKind::expire_tokens) {
            world.apps.expire_tenant_tokens();
        }
        if (auto reply = scripted_reply(world, route, request, *fault)) {
            return *std::move(reply);
        }
    }
    if (route.access != Access::nothing) {
        check_token(world, route, request, caller);
    }
    if (route.access != Access::nothing && route.access != Access::user) {
        check_permission(world, route, request, caller);
    }
    return handler_of(route.api)(world,
                                 Call{request, caller, match.parameter, fault});
}

}  // namespace

Reply answer_call(World& world, const Request& request) {
    const Match match = find_route(request.method, request.path);
    if (match.route == nullptr) {
        Reply reply = json_reply("404 page not found", 404);
        reply.content = Content::text;
        return reply;
    }
    const Caller caller = identify(world, *match.route, request);
    const std::string_view app = caller.app == nullptr
                                     ? std::string_view()
                                     : std::string_view(caller.app->id);
    const int position =
        caller.app == nullptr ? -1 : static_cast<int>(caller.app->position);
    const Rates::Key key(match.route, position);
    const Settings& settings = world.settings;
    const auto wait =
        world.rates.arrive(key, request.arrived_ns, settings.rate_per_second,
                           settings.rate_per_minute);
    const FaultRule* fault =
        world.faults.fire(request, match.route->pattern, app);
    if (fault != nullptr && !applies(*fault, *match.route)) {
        fault = nullptr;
    }
    Reply reply;
    try {
        reply = wait && caller.app != nullptr
                    ? rate_refusal(world, *wait)
                    : serve(world, match, request, caller, fault);
    } catch (Refusal& refusal) {
        reply = std::move(refusal.reply);
    }
    reply.delay_ms += settings.latency_ms;
    if (fault != nullptr) {
        damage_reply(*fault, reply);
    }
    world.rates.finish(key,
                       reply.delivery == Delivery::reset ? 0 : reply.status);
    return reply;
}

}  // namespace lark_batch::sandbox
