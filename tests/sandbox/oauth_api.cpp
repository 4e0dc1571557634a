#include <algorithm>
#include <iterator>
#include <sstream>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/body.hpp"
#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/json_writer.hpp"

namespace lark_batch::sandbox {
namespace {

void write_code(const World& world, JsonWriter& json, int code) {
    if (world.settings.oauth_code_as_string) {
        json.field("code", std::to_string(code));
    } else {
        json.field("code", code);
    }
}

[[noreturn]] void refuse(const World& world, int code, const char* error,
                         const char* description) {
    throw Refusal{oauth_error(world, 400, code, error, description)};
}

struct Client {
    std::string id;
    std::string secret;
};

// From the body, or from HTTP Basic, but not from both.
Client read_client(const World& world, const Request& request,
                   const Body& body) {
    constexpr std::string_view k_basic = "Basic ";
    Client client{body.text_or_empty("client_id"),
                  body.text_or_empty("client_secret")};
    if (request.authorization.starts_with(k_basic)) {
        if (!client.secret.empty()) {
            refuse(world, 20070, "invalid_request",
                   "Multiple client authentication methods are used.");
        }
        const std::string pair =
            decode_base64(
                std::string_view(request.authorization).substr(k_basic.size()))
                .value_or("");
        const std::size_t colon = std::min(pair.find(':'), pair.size());
        client.id = pair.substr(0, colon);
        client.secret = pair.substr(std::min(colon + 1, pair.size()));
    }
    return client;
}

App& authenticate(World& world, const Request& request, const Body& body) {
    const Client client = read_client(world, request, body);
    if (client.id.empty() || client.secret.empty()) {
        refuse(world, 20001, "invalid_request",
               "The request is missing a required parameter.");
    }
    App* const app = world.apps.find(client.id);
    if (app == nullptr) {
        refuse(world, 20048, "invalid_client", "The app does not exist.");
    }
    if (app->secret != client.secret) {
        refuse(world, 20002, "invalid_client", "The client secret is invalid.");
    }
    if (app->disabled) {
        refuse(world, 20069, "invalid_client", "The app is not enabled.");
    }
    return *app;
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

// What the call asks for, which may be less than what was granted.
std::string narrowed(const World& world, const Body& body,
                     const std::string& granted) {
    const std::string* const wanted = body.text("scope");
    if (wanted == nullptr || wanted->empty()) {
        return granted;
    }
    const auto have = words(granted);
    auto want = words(*wanted);
    for (const std::string& one : want) {
        if (std::find(have.begin(), have.end(), one) == have.end()) {
            refuse(world, 20068, "invalid_scope",
                   "The scope is not permitted.");
        }
    }
    std::sort(want.begin(), want.end());
    if (std::adjacent_find(want.begin(), want.end()) != want.end()) {
        refuse(world, 20067, "invalid_scope", "The scope is duplicated.");
    }
    return *wanted;
}

Reply issue(World& world, const Grant& grant, const std::string& scope) {
    const Settings& settings = world.settings;
    const TokenPair pair = issue_pair(world, grant, scope);
    std::string body;
    JsonWriter json(body);
    json.open('{');
    write_code(world, json, 0);
    json.field("access_token", pair.access);
    json.field("expires_in", settings.user_token_seconds);
    if (!pair.refresh.empty()) {
        json.field("refresh_token", pair.refresh);
        json.field("refresh_token_expires_in", settings.refresh_seconds);
    }
    json.field("token_type", "Bearer");
    json.field("scope", scope);
    json.close('}');
    return json_reply(std::move(body));
}

void check_verifier(const World& world, const AuthorizationCode& code,
                    const Body& body) {
    const std::string verifier = body.text_or_empty("code_verifier");
    const std::string proof =
        code.plain_challenge ? verifier : base64_url(sha256(verifier));
    if (!code.challenge.empty() && proof != code.challenge) {
        refuse(world, 20049, "invalid_grant", "The PKCE check failed.");
    }
}

Reply exchange_code(World& world, const App& app, const Body& body) {
    const auto found = world.codes.find(body.text_or_empty("code"));
    if (found == world.codes.end()) {
        refuse(world, 20003, "invalid_grant",
               "The authorization code is not found.");
    }
    AuthorizationCode& code = found->second;
    if (code.grant.app != app.position) {
        refuse(world, 20024, "invalid_grant",
               "The code belongs to another client.");
    }
    if (code.used) {
        refuse(world, 20065, "invalid_grant",
               "The authorization code has been used.");
    }
    if (code.expires <= world.clock.seconds()) {
        refuse(world, 20004, "invalid_grant",
               "The authorization code has expired.");
    }
    if (!code.redirect_uri.empty() &&
        body.text_or_empty("redirect_uri") != code.redirect_uri) {
        refuse(world, 20071, "invalid_grant",
               "The redirect_uri does not match.");
    }
    check_verifier(world, code, body);
    const std::string scope = narrowed(world, body, code.grant.scope);
    code.used = true;
    code.grant.scope = scope;
    code.grant.ends = end_of_grant(world);
    return issue(world, code.grant, scope);
}

void check_refresh(const World& world, const App& app,
                   const RefreshToken& token) {
    const std::int64_t now = world.clock.seconds();
    if (token.grant.app != app.position) {
        refuse(world, 20024, "invalid_grant",
               "The refresh token belongs to another client.");
    }
    if (!world.settings.refresh_allowed) {
        refuse(world, 20074, "invalid_client",
               "The app is not allowed to refresh tokens.");
    }
    if (token.used) {
        refuse(world, world.settings.refresh_reuse_code, "invalid_grant",
               "The refresh token has been revoked. Please note that a "
               "refresh token can only be used once.");
    }
    if (token.expires <= now || token.grant.ends <= now) {
        refuse(world, 20037, "invalid_grant", "The refresh token has expired.");
    }
    if (!world.company.has_person(token.grant.person)) {
        refuse(world, 20008, "invalid_grant", "The user does not exist.");
    }
    if (world.company.person(token.grant.person).resigned) {
        refuse(world, 20066, "invalid_grant", "The user status is not normal.");
    }
}

// Works once; the access token issued before lives on for a short while.
Reply rotate(World& world, const App& app, const Body& body) {
    const auto found =
        world.refresh_tokens.find(body.text_or_empty("refresh_token"));
    if (found == world.refresh_tokens.end()) {
        refuse(world, 20026, "invalid_grant", "The refresh token is invalid.");
    }
    RefreshToken& refresh = found->second;
    Rotation& rotation =
        world.rotations[{refresh.grant.app, refresh.grant.person}];
    rotation.presented_again += refresh.used ? 1 : 0;
    check_refresh(world, app, refresh);
    const std::string scope = narrowed(world, body, refresh.grant.scope);
    refresh.used = true;
    ++rotation.refreshed;
    if (Token* const old = world.apps.token(refresh.access_token)) {
        old->expires =
            std::min(old->expires, world.clock.seconds() +
                                       world.settings.refresh_grace_seconds);
    }
    return issue(world, refresh.grant, scope);
}

Reply client_credentials(World& world, const App& app) {
    Token token;
    token.app = app.position;
    token.expires = world.clock.seconds() + world.settings.token_seconds;
    const std::string access = world.apps.new_token(
        "t-", world.settings.long_tokens, std::move(token));
    std::string body;
    JsonWriter json(body);
    json.open('{');
    write_code(world, json, 0);
    json.field("access_token", access);
    json.field("expires_in", world.settings.token_seconds);
    json.field("token_type", "Bearer");
    json.close('}');
    return json_reply(std::move(body));
}

}  // namespace

Reply oauth_error(const World& world, int status, int code,
                  std::string_view error, std::string_view description) {
    std::string body;
    JsonWriter json(body);
    json.open('{');
    write_code(world, json, code);
    json.field("error", error);
    json.field("error_description", description);
    json.close('}');
    return json_reply(std::move(body), status);
}

Reply oauth_token(World& world, const Call& call) {
    const auto body = Body::parse(call.request.content_type, call.request.body);
    if (!body) {
        refuse(world, 20063, "invalid_request", "The request is malformed.");
    }
    const std::string type = body->text_or_empty("grant_type");
    if (type.empty()) {
        refuse(world, 20001, "invalid_request",
               "The request is missing a required parameter: grant_type.");
    }
    const App& app = authenticate(world, call.request, *body);
    if (type == "authorization_code") {
        return exchange_code(world, app, *body);
    }
    if (type == "refresh_token") {
        return rotate(world, app, *body);
    }
    if (type == "client_credentials" &&
        call.request.path == "/oauth/v3/token") {
        return client_credentials(world, app);
    }
    refuse(world, 20036, "unsupported_grant_type",
           "The grant_type is not supported.");
}

}  // namespace lark_batch::sandbox
