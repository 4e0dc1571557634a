#include "lib/lark/oauth.hpp"

#include <algorithm>
#include <utility>

#include "lib/http/url.hpp"
#include "lib/lark/oauth_engine.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::lark {

namespace {

using clock::Duration;
using clock::Instant;

constexpr const char* k_authorize = "/open-apis/authen/v1/authorize";
constexpr Duration k_longest_pause{200};

}  // namespace

OAuthClient::OAuthClient(OAuthApp app, http::Client& http, clock::Clock& clock,
                         const clock::Deadline& deadline, Observer& observer)
    : m_impl(std::make_unique<Impl>(std::move(app), http, clock, deadline,
                                    observer)) {}

OAuthClient::~OAuthClient() = default;

void OAuthClient::refresh(text::Secret refresh_token, OnGrant on_grant,
                          OnFailure on_failure) {
    text::Secret body = refresh_body(m_impl->app, refresh_token);
    m_impl->add_grant(std::move(body), std::move(refresh_token),
                      std::move(on_grant), std::move(on_failure));
}

void OAuthClient::exchange(Authorization authorization, OnGrant on_grant,
                           OnFailure on_failure) {
    text::Secret body = exchange_body(m_impl->app, authorization);
    m_impl->add_grant(std::move(body),
                      text::Secret{std::move(authorization.code)},
                      std::move(on_grant), std::move(on_failure));
}

void OAuthClient::who_is(const text::Secret& access_token, OnPerson on_person,
                         OnError on_error) {
    m_impl->add_person(access_token, std::move(on_person), std::move(on_error));
}

void OAuthClient::advance() {
    m_impl->advance();
}

Instant OAuthClient::next_start() const {
    return m_impl->free_connections() > 0 ? m_impl->lanes.next_start()
                                          : Instant::max();
}

std::size_t OAuthClient::room() const {
    const std::size_t places =
        std::min(m_impl->free_connections(),
                 m_impl->grants.windows.room(m_impl->clock.instant()));
    return places - std::min(places, m_impl->grants.ready.size());
}

Instant OAuthClient::next_room() const {
    return m_impl->free_connections() > 0 ? m_impl->grants.windows.next_start()
                                          : Instant::max();
}

std::size_t OAuthClient::open() const {
    return m_impl->open;
}

void OAuthClient::run(const std::function<void()>& tick) {
    while (m_impl->open > 0) {
        tick();
        m_impl->advance();
        const Instant now = m_impl->clock.instant();
        Duration wait = k_longest_pause;
        if (const Instant next = next_start(); next != Instant::max()) {
            const auto left = std::chrono::ceil<Duration>(next - now);
            wait = std::clamp(left, Duration::zero(), wait);
        }
        if (m_impl->in_flight > 0) {
            m_impl->http.step(wait);
        } else if (m_impl->open > 0) {
            m_impl->clock.sleep(wait);
        }
    }
}

std::string OAuthClient::authorize_url(const std::string& redirect_uri,
                                       const std::vector<std::string>& scopes,
                                       const std::string& state,
                                       const std::string& challenge) const {
    std::string url = m_impl->app.accounts_url + k_authorize;
    http::append_query(url, {{"client_id", m_impl->app.app_id},
                             {"redirect_uri", redirect_uri},
                             {"scope", text::join(scopes, " ")},
                             {"state", state},
                             {"code_challenge", challenge},
                             {"code_challenge_method", "S256"}});
    return url;
}

const OAuthApp& OAuthClient::app() const {
    return m_impl->app;
}

}  // namespace lark_batch::lark
