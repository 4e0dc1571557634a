#include "tests/sandbox/faults.hpp"

#include <algorithm>
#include <array>

#include "tests/sandbox/routes.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::array<std::string_view, 16> k_kinds = {
    "rate_limit", "status",    "error",       "slow",
    "drip",       "truncate",  "reset",       "lost_answer",
    "empty_page", "page_loop", "short_chain", "expire_tokens",
    "quota",      "ip_denied", "huge",        "not_json"};

constexpr std::string_view k_html =
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>Bad Gateway</h1></center></body></html>";

bool has_parameter(const Request& request, const Parameter& wanted) {
    return std::any_of(
        request.query.begin(), request.query.end(), [&](const Parameter& one) {
            return one.name == wanted.name && one.value == wanted.value;
        });
}

bool matches(const FaultRule& rule, const Request& request,
             std::string_view pattern, std::string_view app) {
    const bool exact = is_pattern(rule.path);
    const bool path =
        exact ? rule.path == pattern : request.path.starts_with(rule.path);
    return path && (rule.app.empty() || rule.app == app) &&
           std::all_of(rule.query.begin(), rule.query.end(),
                       [&](const Parameter& wanted) {
                           return has_parameter(request, wanted);
                       });
}

bool due(const FaultRule& rule) {
    return rule.seen > rule.after &&
           (rule.seen - rule.after - 1) % rule.every == 0 &&
           (rule.times == 0 || rule.hits < rule.times);
}

Reply text_reply(int status, Content content, std::string_view text) {
    Reply reply = json_reply(std::string(text), status);
    reply.content = content;
    return reply;
}

Reply rate_limited(const FaultAction& action) {
    Reply reply = api_error(action.status == 0 ? 429 : action.status, 99991400,
                            "request trigger frequency limit");
    if (action.reset) {
        reply.headers = {
            {"x-ogw-ratelimit-limit", "100"},
            {"x-ogw-ratelimit-reset", std::to_string(*action.reset)}};
    }
    return reply;
}

Reply bare_status(const FaultAction& action) {
    const int status = action.status == 0 ? 500 : action.status;
    return action.html ? text_reply(status, Content::html, k_html)
                       : text_reply(status, Content::text, "upstream error\n");
}

Reply scripted_error(const FaultAction& action, const Request& request) {
    const int status = action.status == 0 ? 400 : action.status;
    if (action.code >= 99990000) {
        return gateway_error(request, status, action.code, action.message);
    }
    return api_error(status, action.code, action.message);
}

Reply ip_denied(const FaultAction& action, const Request& request) {
    return gateway_error(request, action.status == 0 ? 400 : action.status,
                         99991401, "ip 127.0.0.1 is denied by app setting");
}

}  // namespace

std::optional<FaultKind> fault_kind(std::string_view name) {
    const auto* const found = std::find(k_kinds.begin(), k_kinds.end(), name);
    if (found == k_kinds.end()) {
        return std::nullopt;
    }
    return static_cast<FaultKind>(found - k_kinds.begin());
}

int Faults::add(FaultRule rule) {
    rule.id = ++m_last_id;
    rule.every = std::max<std::uint64_t>(rule.every, 1);
    m_rules.push_back(std::move(rule));
    return m_last_id;
}

const FaultRule* Faults::fire(const Request& request, std::string_view pattern,
                              std::string_view app) {
    FaultRule* fired = nullptr;
    for (FaultRule& rule : m_rules) {
        if (matches(rule, request, pattern, app)) {
            ++rule.seen;
            if (fired == nullptr && due(rule)) {
                ++rule.hits;
                fired = &rule;
            }
        }
    }
    return fired;
}

std::optional<Reply> replace_reply(const FaultRule& rule,
                                   const Request& request) {
    const FaultAction& action = rule.action;
    switch (action.kind) {
        case FaultKind::rate_limit:
            return rate_limited(action);
        case FaultKind::status:
            return bare_status(action);
        case FaultKind::error:
            return scripted_error(action, request);
        case FaultKind::quota:
            return api_error(429, 99991403,
                             "This month's API call quota has been exceeded");
        case FaultKind::ip_denied:
            return ip_denied(action, request);
        case FaultKind::not_json:
            return text_reply(200, Content::json, "<html>not json</html>");
        case FaultKind::reset: {
            Reply reply;
            reply.delivery = Delivery::reset;
            return reply;
        }
        default:
            return std::nullopt;
    }
}

void damage_reply(const FaultRule& rule, Reply& reply) {
    switch (rule.action.kind) {
        case FaultKind::slow:
            reply.delay_ms += rule.action.ms;
            break;
        case FaultKind::drip:
            reply.delivery = Delivery::drip;
            break;
        case FaultKind::truncate:
            reply.delivery = Delivery::truncate;
            break;
        case FaultKind::lost_answer:
            reply.delivery = Delivery::reset;
            break;
        case FaultKind::huge:
            reply.delivery = Delivery::huge;
            reply.bytes = rule.action.bytes;
            break;
        default:
            break;
    }
}

}  // namespace lark_batch::sandbox
