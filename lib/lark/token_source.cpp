#include "lib/lark/token_source.hpp"

#include <utility>

#include "lib/lark/failure.hpp"
#include "lib/lark/wait.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::lark {

namespace {

constexpr const char* k_method = "POST";
constexpr const char* k_api = "/open-apis/auth/v3/tenant_access_token/internal";
// A renewal that failed is tried again while the old token still serves.
constexpr clock::Duration k_renewal_pause{60'000};

std::string credentials(const App& app) {
    text::JsonWriter json;
    json.begin_object();
    json.field("app_id", app.app_id);
    json.field("app_secret", app.secret.reveal());
    json.end_object();
    return json.str();
}

clock::Duration since(clock::Instant start, clock::Instant now) {
    return std::chrono::duration_cast<clock::Duration>(now - start);
}

}  // namespace

void TokenSource::fetch() {
    m_asking = true;
    m_token.asking();
    m_asked = m_clock.instant();
    if (m_attempts++ == 0) {
        m_first = m_asked;
    }
    http::Request request;
    request.method = k_method;
    request.url = m_app.base_url + k_api;
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    request.body = credentials(m_app);
    request.total_timeout = m_deadline.at_most(m_http.settings().total_timeout);
    m_http.start(std::move(request),
                 [alive = std::weak_ptr(m_alive)](http::Response&& response) {
                     if (const auto source = alive.lock()) {
                         (*source)->take(response);
                     }
                 });
}

std::optional<Failure> TokenSource::take_failure() {
    std::optional<Failure> failure = m_failure;
    if (failure && failure->error.kind() != errors::Kind::denied) {
        m_failure.reset();
    }
    return failure;
}

bool TokenSource::keep(const Envelope& envelope) {
    std::string_view token;
    std::int64_t seconds = 0;
    if (envelope.root["tenant_access_token"].get(token) != simdjson::SUCCESS ||
        envelope.root["expire"].get(seconds) != simdjson::SUCCESS ||
        token.empty() || seconds <= 0) {
        return false;
    }
    m_bearer = "Bearer " + std::string{token};
    m_token.fetched(text::Secret{std::string{token}},
                    std::chrono::seconds{seconds}, m_asked);
    return true;
}

void TokenSource::take(const http::Response& response) {
    m_asking = false;
    m_observer.attempt(k_method, k_api, response.status, response.elapsed);
    const Envelope envelope = response.answered()
                                  ? read_envelope(m_parser, response.body)
                                  : Envelope{};
    Verdict verdict = judge(
        {response.fault, response.status, envelope.valid, envelope.code, true});
    if (verdict.reaction == Reaction::accept) {
        if (keep(envelope)) {
            m_attempts = 0;
            m_observer.token_fetched();
            return;
        }
        verdict = {Reaction::retry, errors::Kind::unavailable, {}};
    }
    again(response, envelope, verdict);
}

void TokenSource::again(const http::Response& response,
                        const Envelope& envelope, const Verdict& verdict) {
    const bool limited = verdict.reaction == Reaction::rate_limited;
    if (limited) {
        m_observer.rate_limited();
    }
    if (limited || verdict.reaction == Reaction::retry) {
        const clock::Instant now = m_clock.instant();
        if (const auto wait = wait_before_next(verdict, response, m_attempts,
                                               since(m_first, now))) {
            m_observer.retry();
            m_observer.token_retried();
            m_token.not_fetched(now + *wait);
            return;
        }
    }
    give_up(failure_of({m_app.name, k_method, k_api, m_attempts}, response,
                       envelope, verdict));
}

void TokenSource::give_up(Failure failure) {
    const clock::Instant now = m_clock.instant();
    m_observer.token_failed();
    m_attempts = 0;
    if (m_token.usable(now)) {
        m_token.not_fetched(now + k_renewal_pause);
        return;
    }
    m_token.not_fetched(now);
    m_failure = std::move(failure);
}

}  // namespace lark_batch::lark
