#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/body.hpp"
#include "tests/sandbox/hashing.hpp"

// The custom bot: always HTTP 200, only the body tells. Hooks whose id starts
// with `sandbox-` exist.
namespace lark_batch::sandbox {
namespace {

constexpr std::size_t k_longest_body = 20 * 1024;
constexpr std::int64_t k_clock_skew = 3600;

[[noreturn]] void refuse(std::string body) {
    throw Refusal{json_reply(std::move(body))};
}

void check_limits(World& world, const Call& call) {
    const auto found = world.hooks.try_emplace(call.parameter).first;
    HookWindows& windows = found->second;
    const std::int64_t now = call.request.arrived_ns;
    if (world.settings.webhook_limits &&
        (windows.second.count(now) >= 5 || windows.minute.count(now) >= 100)) {
        refuse(R"({"code":11232,"data":{},"msg":"frequency limited )"
               R"(psm[lark.oapi.app_platform_runtime]appID[1500]"})");
    }
    windows.second.push(now);
    windows.minute.push(now);
}

bool signature_holds(const World& world, const Body& body) {
    const std::string& secret = world.settings.webhook_secret;
    const std::string* const stamp = body.any("timestamp");
    if (secret.empty()) {
        return true;
    }
    std::int64_t seconds = 0;
    if (stamp == nullptr ||
        std::from_chars(stamp->data(), stamp->data() + stamp->size(), seconds)
                .ec != std::errc{} ||
        std::abs(world.clock.seconds() - seconds) > k_clock_skew) {
        return false;
    }
    return base64(hmac_sha256(*stamp + '\n' + secret, "")) ==
           body.text_or_empty("sign");
}

void check_message(const Body& body) {
    static constexpr std::array<std::string_view, 5> k_types = {
        "text", "post", "image", "share_chat", "interactive"};
    const std::string type = body.text_or_empty("msg_type");
    const char* const part = type == "interactive" ? "card" : "content";
    const std::string* const content = body.any(part);
    if (std::find(k_types.begin(), k_types.end(), type) == k_types.end() ||
        content == nullptr || !content->starts_with('{')) {
        refuse(
            R"({"code":19002,"data":{},"msg":"params error, msg_type need"})");
    }
}

}  // namespace

Reply post_to_hook(World& world, const Call& call) {
    const Settings& settings = world.settings;
    const std::string& text = call.request.body;
    if (!call.parameter.starts_with("sandbox-")) {
        refuse(R"({"code":19001,"data":{},"msg":"param invalid: incoming )"
               R"(webhook access token invalid"})");
    }
    if (settings.webhook_ip_denied) {
        refuse(R"({"code":19022,"msg":"Ip Not Allowed"})");
    }
    check_limits(world, call);
    if (text.size() > k_longest_body) {
        refuse(R"({"code":19036,"data":{},"msg":"message too large"})");
    }
    const auto body = Body::parse("application/json", text);
    if (!body) {
        refuse(R"({"code":9499,"msg":"Bad Request","data":{}})");
    }
    if (!signature_holds(world, *body)) {
        refuse(R"({"code":19021,"msg":"sign match fail or timestamp is not )"
               R"(within one hour from current time"})");
    }
    check_message(*body);
    if (text.find(settings.webhook_keyword) == std::string::npos) {
        refuse(R"({"code":19024,"msg":"Key Words Not Found"})");
    }
    ++world.messages_sent;
    return json_reply(
        R"({"StatusCode":0,"StatusMessage":"success","code":0,"data":{},)"
        R"("msg":"success"})");
}

}  // namespace lark_batch::sandbox
