#include "tools/lark-cleanup/gateway_groups.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "lib/errors/error.hpp"
#include "lib/metrics/push_path.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-cleanup/known_programs.hpp"

namespace lark_batch::cleanup {

namespace {

using errors::Error;
using errors::Kind;
namespace dom = simdjson::dom;

constexpr clock::Duration k_limit{5'000};
constexpr clock::Duration k_grace = std::chrono::hours{24 * 7};

// The value of push_time_seconds is a text: "1.79531374e+09".
std::optional<double> pushed_at(const dom::element& group) {
    std::string_view value;
    if (group["push_time_seconds"]["metrics"].at(0)["value"].get(value) !=
        simdjson::SUCCESS) {
        return std::nullopt;
    }
    return std::strtod(std::string{value}.c_str(), nullptr);
}

// Every push of ours has families of this name; other people's programs may
// be called lark-something, too.
bool has_our_families(const dom::element& group) {
    dom::object families;
    return group.get(families) == simdjson::SUCCESS &&
           std::any_of(families.begin(), families.end(), [](const auto& one) {
               return one.key.starts_with("scheduled_task_");
           });
}

std::optional<Group> group_of(const dom::element& entry) {
    dom::object labels;
    std::string_view job;
    const bool plain = entry["labels"].get(labels) == simdjson::SUCCESS &&
                       labels.size() == 1 &&
                       labels["job"].get(job) == simdjson::SUCCESS;
    const auto time = pushed_at(entry);
    if (!plain || !time || !is_ours(job) || !has_our_families(entry)) {
        return std::nullopt;
    }
    return Group{std::string{job}, *time};
}

}  // namespace

std::vector<Group> parse_groups(std::string_view json) {
    dom::parser parser;
    dom::array entries;
    if (parser.parse(json.data(), json.size())["data"].get(entries) !=
        simdjson::SUCCESS) {
        throw Error{Kind::failed,
                    "the Pushgateway's answer is not what its API promises",
                    "check [pushgateway] url"};
    }
    std::vector<Group> groups;
    for (const dom::element entry : entries) {
        if (auto group = group_of(entry)) {
            groups.push_back(*std::move(group));
        }
    }
    return groups;
}

bool is_stale(const Group& group, clock::WallTime now,
              clock::Duration retention) {
    const clock::Duration allowed =
        is_known_program(group.job) ? retention : std::min(retention, k_grace);
    return group.pushed_at < clock::unix_seconds(now - allowed);
}

http::Response Gateway::ask(const std::string& method,
                            const std::string& path) {
    http::Request request;
    request.method = method;
    request.url = m_settings->url + path;
    request.total_timeout = k_limit;
    if (!m_settings->user.empty()) {
        request.headers.emplace_back(
            "Authorization",
            "Basic " + text::base64(m_settings->user + ":" +
                                    m_settings->password.reveal()));
    }
    http::Response response = m_http->fetch(std::move(request));
    if (response.answered() &&
        (response.status == 200 || response.status == 202)) {
        return response;
    }
    const std::string reason = response.answered()
                                   ? fmt::format("HTTP {}", response.status)
                                   : response.fault_text;
    throw Error{Kind::unavailable,
                fmt::format("the Pushgateway at '{}' does not answer: {}",
                            m_settings->url, reason),
                "check [pushgateway] url, or set enabled = false"};
}

std::vector<Group> Gateway::groups() {
    return parse_groups(ask("GET", "/api/v1/metrics").body);
}

void Gateway::remove(const Group& group) {
    ask("DELETE", metrics::push_path(group.job));
}

}  // namespace lark_batch::cleanup
