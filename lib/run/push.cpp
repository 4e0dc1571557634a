#include "lib/run/push.hpp"

#include <algorithm>
#include <utility>

#include "lib/log/log.hpp"
#include "lib/metrics/push_path.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::run {

namespace {

constexpr clock::Duration k_start_limit{1'000};
constexpr clock::Duration k_attempt_limit{2'000};
constexpr clock::Duration k_pause{200};
constexpr int k_attempts = 3;

http::Headers headers_of(const config::PushgatewaySettings& settings) {
    // Text format 0.0.4; without it the gateway guesses.
    http::Headers headers{
        {"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    if (!settings.user.empty()) {
        headers.emplace_back(
            "Authorization",
            "Basic " +
                text::base64(settings.user + ":" + settings.password.reveal()));
    }
    return headers;
}

// The setting may end in a slash; the gateway knows no "//metrics".
std::string url_of(const std::string& base, const std::string& job) {
    const auto last = base.find_last_not_of('/');
    return base.substr(0, last + 1) + metrics::push_path(job);
}

// Anything but 200 and 202, a redirect too, stored nothing.
bool stored(const http::Response& response) {
    return response.answered() &&
           (response.status == 200 || response.status == 202);
}

// What a second try may mend: not a redirect, nor a gateway that refuses the
// request or its sender, nor a URL that is none.
bool may_pass(const http::Response& response) {
    return response.answered()
               ? response.status >= 500 || response.status == 429
               : response.fault != http::Fault::bad_request;
}

std::string fault_of(const http::Response& response) {
    if (!response.answered()) {
        return response.fault_text;
    }
    return "HTTP " + std::to_string(response.status) + " " +
           text::excerpt(response.body, 200);
}

}  // namespace

Pusher::Pusher(http::Client& http, const config::PushgatewaySettings& settings,
               std::string job)
    : m_http(&http), m_settings(&settings), m_job(std::move(job)) {}

// POST replaces families, not the group: what this release does not know is
// left alone (Pushgateway README, "POST method").
Pusher::Push Pusher::attempt(const std::string& exposition,
                             clock::Duration limit) {
    const clock::Instant begin = clock::system_clock().instant();
    http::Request request;
    request.method = "POST";
    request.url = url_of(m_settings->url, m_job);
    request.headers = headers_of(*m_settings);
    request.body = exposition;
    request.total_timeout = std::min(limit, m_left);
    const http::Response response = m_http->fetch(std::move(request));
    m_left -= std::chrono::ceil<clock::Duration>(
        clock::system_clock().instant() - begin);
    if (stored(response)) {
        return Push::stored;
    }
    log::warning("metrics were not pushed", {{"reason", fault_of(response)}});
    return may_pass(response) ? Push::try_again : Push::refused;
}

bool Pusher::push_start(const std::string& exposition) {
    return attempt(exposition, k_start_limit) == Push::stored;
}

bool Pusher::push_end(const std::string& exposition) {
    for (int number = 1; number <= k_attempts; ++number) {
        const Push push = attempt(exposition, k_attempt_limit);
        if (push != Push::try_again) {
            return push == Push::stored;
        }
        if (m_left <= k_pause * 2) {
            break;
        }
        clock::system_clock().sleep(k_pause);
        m_left -= k_pause;
    }
    return false;
}

}  // namespace lark_batch::run
