#include <stdexcept>

#include "tests/sandbox/control_parts.hpp"
#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

std::string scope_of(const json& body) {
    return body.value("scope", std::string("auth:user.id:read offline_access "
                                           "contact:user.base:readonly"));
}

std::string hex_sha256(const std::string& text) {
    std::string hex;
    for (const char byte : sha256(text)) {
        append_hex(hex, static_cast<unsigned char>(byte), 2);
    }
    return hex;
}

bool works(const World& world, const std::string& refresh_token) {
    const auto found = world.refresh_tokens.find(refresh_token);
    const std::int64_t now = world.clock.seconds();
    return found != world.refresh_tokens.end() && !found->second.used &&
           found->second.expires > now && found->second.grant.ends > now;
}

json describe_rotation(const World& world, unsigned app, Index person,
                       const Rotation& rotation) {
    json one = {{"open_id", world.company.ids().open_id(app, person)},
                {"refreshed", rotation.refreshed},
                {"presented_again", rotation.presented_again},
                {"sha256", nullptr}};
    if (works(world, rotation.newest)) {
        one["sha256"] = hex_sha256(rotation.newest);
    }
    return one;
}

}  // namespace

// What the authorisation page does after the person has agreed.
json authorize(World& world, const json& body) {
    const App& app = app_of(world, body);
    AuthorizationCode code;
    code.grant.app = app.position;
    code.grant.person = 0;
    if (body.contains("open_id")) {
        code.grant.person =
            people_of(world, json::array({body.at("open_id")})).front();
    }
    code.grant.scope = scope_of(body);
    code.challenge = body.value("code_challenge", std::string());
    code.plain_challenge =
        body.value("code_challenge_method", std::string()) == "plain";
    code.redirect_uri = body.value("redirect_uri", std::string());
    code.expires = world.clock.seconds() + 300;
    std::string text = random_text("code-", 0);
    world.codes.emplace(text, std::move(code));
    return {{"code", std::move(text)}};
}

json add_grants(World& world, const json& body) {
    Grant grant;
    grant.app = app_of(world, body).position;
    grant.scope = scope_of(body);
    grant.ends = end_of_grant(world);
    const auto count = body.at("count").get<std::size_t>();
    json made = json::array();
    for (Index at = body.value("first", Index{0}); made.size() < count; ++at) {
        if (at >= world.company.people().size()) {
            throw std::invalid_argument("the company has too few people");
        }
        if (!world.company.has_person(at)) {
            continue;
        }
        grant.person = at;
        TokenPair pair = issue_pair(world, grant, grant.scope);
        made.push_back({{"open_id", world.company.ids().open_id(grant.app, at)},
                        {"access_token", std::move(pair.access)},
                        {"refresh_token", std::move(pair.refresh)}});
    }
    return {{"grants", std::move(made)}};
}

json show_grants(World& world, const Request& request) {
    const std::string* const wanted = request.find("app");
    const App& app = app_of(
        world, wanted == nullptr ? json::object() : json{{"app", *wanted}});
    json found = json::array();
    for (const auto& [key, rotation] : world.rotations) {
        if (key.first == app.position) {
            found.push_back(
                describe_rotation(world, key.first, key.second, rotation));
        }
    }
    return {{"grants", std::move(found)}};
}

}  // namespace lark_batch::sandbox
