#include <stdexcept>

#include "tests/sandbox/control_parts.hpp"

namespace lark_batch::sandbox {

// Only members that are given are read; the rest keep their values.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Settings, latency_ms, rate_per_second, rate_per_minute, rate_limit_status,
    rate_limit_headers, record_requests, token_seconds, token_reuse_seconds,
    secret_error_status, long_tokens, user_token_error_status,
    big_department_refused, big_department_size, vanished_department_code,
    omit_empty_items, oauth_code_as_string, user_token_seconds, refresh_seconds,
    refresh_reuse_code, refresh_grace_seconds, refresh_allowed, activate_status,
    application_status, message_in_flight, webhook_secret, webhook_keyword,
    webhook_ip_denied, webhook_limits, user_info_code)

namespace {

std::vector<Parameter> parameters(const json& object) {
    std::vector<Parameter> found;
    for (const auto& [name, value] : object.items()) {
        found.push_back({name, value.is_string() ? value.get<std::string>()
                                                 : value.dump()});
    }
    return found;
}

FaultAction read_action(const json& body) {
    const auto kind = fault_kind(body.at("kind").get<std::string>());
    if (!kind) {
        throw std::invalid_argument("unknown fault: " + body.at("kind").dump());
    }
    FaultAction action;
    action.kind = *kind;
    action.status = body.value("status", 0);
    action.code = body.value("code", 40003);
    action.ms = body.value("ms", 1000);
    action.message = body.value("msg", std::string("internal error"));
    action.bytes = body.value("bytes", std::uint64_t{0});
    action.html = body.value("html", false);
    action.drop = body.value("drop", false);
    if (body.contains("reset") && body.at("reset").is_number()) {
        action.reset = body.at("reset").get<int>();
    }
    return action;
}

}  // namespace

json change_settings(World& world, const json& body) {
    json merged = world.settings;
    for (const auto& [name, value] : body.items()) {
        if (name == "advance_seconds") {
            world.clock.advance(value.get<std::int64_t>());
        } else if (merged.contains(name)) {
            merged[name] = value;
        } else {
            throw std::invalid_argument("unknown setting: " + name);
        }
    }
    world.settings = merged.get<Settings>();
    world.pages.clear();
    return merged;
}

json add_fault(World& world, const json& body) {
    FaultRule rule;
    const json match = body.value("match", json::object());
    rule.path = match.value("path", std::string());
    rule.query = parameters(match.value("query", json::object()));
    rule.app = match.value("app", std::string());
    rule.after = body.value("after", std::uint64_t{0});
    rule.times = body.value("times", std::uint64_t{0});
    rule.every = body.value("every", std::uint64_t{1});
    rule.action = read_action(body.at("action"));
    return {{"id", world.faults.add(std::move(rule))}};
}

}  // namespace lark_batch::sandbox
