#include "lib/run/heartbeat.hpp"

#include <algorithm>
#include <utility>

#include "lib/http/url.hpp"
#include "lib/log/log.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::run {

namespace {

constexpr clock::Duration k_start_limit{1'000};
constexpr clock::Duration k_end_limit{3'000};
constexpr clock::Duration k_attempt_limit{1'400};
constexpr clock::Duration k_pause{200};
// Far below what watchers take (healthchecks.io: 100 kB).
constexpr std::size_t k_longest_message = 1'000;

bool is_address(const std::string& url) {
    const auto scheme = http::scheme_of(url);
    const auto host = http::host_of(url);
    const bool blank = std::ranges::any_of(url, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '#';
    });
    return !blank && !host.empty() &&
           (scheme == "https" || (scheme == "http" && http::is_loopback(host)));
}

// What the next try may mend.
bool may_pass(const http::Response& response) {
    return response.answered()
               ? response.status >= 500 || response.status == 429
               : response.fault != http::Fault::bad_request;
}

}  // namespace

std::string ping_url(const std::string& url, Beat beat,
                     const std::string& run_id) {
    const auto query = std::min(url.find('?'), url.size());
    const std::string path = url.substr(0, query);
    std::string full = path.substr(0, path.find_last_not_of('/') + 1);
    if (beat != Beat::success) {
        full += beat == Beat::start ? "/start" : "/fail";
    }
    full += url.substr(query);
    http::append_query(full, {{"rid", run_id}});
    return full;
}

Heartbeat::Heartbeat(http::Client& http, const text::Secret& url,
                     std::string run_id)
    : m_http(&http), m_url(url), m_run_id(std::move(run_id)) {
    if (!m_url.empty() && !is_address(m_url.reveal())) {
        log::warning(
            "heartbeat_url is no https address, nobody is told of this run");
        m_url = {};
    }
}

// Of the address the host alone: the rest is secret.
void Heartbeat::warn(const std::string& reason) const {
    log::warning("a heartbeat did not arrive",
                 {{"host", http::host_of(m_url.reveal())}, {"reason", reason}});
}

Heartbeat::Ping Heartbeat::ping(Beat beat, const std::string& message,
                                clock::Duration limit) {
    http::Request request;
    request.method = "POST";
    request.url = ping_url(m_url.reveal(), beat, m_run_id);
    request.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    request.body = text::excerpt(message, k_longest_message);
    request.total_timeout = limit;
    const http::Response response = m_http->fetch(std::move(request));
    if (response.answered() && response.status / 100 == 2) {
        return Ping::arrived;
    }
    warn(response.answered() ? "HTTP " + std::to_string(response.status)
                             : response.fault_text);
    return may_pass(response) ? Ping::try_again : Ping::refused;
}

void Heartbeat::start() {
    if (!m_url.empty()) {
        ping(Beat::start, "", k_start_limit);
    }
}

void Heartbeat::end(Beat beat, const std::string& message) {
    if (m_url.empty()) {
        return;
    }
    const clock::Deadline limit{clock::system_clock(), k_end_limit};
    if (ping(beat, message, k_attempt_limit) == Ping::try_again) {
        clock::system_clock().sleep(k_pause);
        ping(beat, message, limit.at_most(k_attempt_limit));
    }
}

}  // namespace lark_batch::run
