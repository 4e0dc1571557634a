#include "lib/lark/oauth_engine.hpp"

#include <algorithm>
#include <utility>

#include "lib/http/url.hpp"
#include "lib/lark/wait.hpp"

namespace lark_batch::lark {

namespace {

using clock::Duration;
using clock::Instant;

constexpr const char* k_token_v2 = "/open-apis/authen/v2/oauth/token";
constexpr const char* k_token_v3 = "/oauth/v3/token";
constexpr const char* k_user_info = "/open-apis/authen/v1/user_info";
// A call that begins with less would likely go unanswered, and an unanswered
// refresh can cost the person a login.
constexpr Duration k_least_time{2'000};

OAuthApp checked(OAuthApp app) {
    const std::string of_app = " of app '" + app.name + "'";
    app.base_url = http::checked_base_url("base_url" + of_app, app.base_url);
    app.accounts_url =
        http::checked_base_url("accounts_url" + of_app, app.accounts_url);
    if (app.version != "v2" && app.version != "v3") {
        throw errors::Error{
            errors::Kind::config,
            "oauth version '" + app.version + "'" + of_app + " is unknown",
            "choose v2 or v3"};
    }
    return app;
}

}  // namespace

OAuthClient::Impl::Impl(OAuthApp chosen, http::Client& http_client,
                        clock::Clock& run_clock,
                        const clock::Deadline& run_deadline,
                        Observer& run_observer)
    : app(checked(std::move(chosen))),
      http(http_client),
      clock(run_clock),
      deadline(run_deadline),
      observer(run_observer),
      lanes(app.rate_per_second, app.rate_per_minute),
      grants(lanes.lane(app.version == "v3" ? k_token_v3 : k_token_v2)),
      people(lanes.lane(k_user_info)) {}

Origin OAuthClient::Impl::origin_of(const Ask& ask) const {
    return {app.name, ask.method, ask.lane->api, ask.attempts};
}

bool OAuthClient::Impl::too_late() const {
    return deadline.remaining() <
           std::min(k_least_time, http.settings().total_timeout);
}

std::size_t OAuthClient::Impl::free_connections() const {
    const std::size_t most = http.settings().max_connections;
    return most - std::min(most, in_flight);
}

void OAuthClient::Impl::add_grant(text::Secret body, text::Secret presented,
                                  OnGrant on_grant, OnFailure on_failure) {
    auto ask = std::make_unique<Ask>();
    ask->lane = &grants;
    ask->method = "POST";
    ask->url =
        (app.version == "v3" ? app.accounts_url : app.base_url) + grants.api;
    ask->body = std::move(body);
    ask->presented = std::move(presented);
    ask->on_grant = std::move(on_grant);
    ask->on_failure = std::move(on_failure);
    ++open;
    lanes.add_last(std::move(ask));
}

void OAuthClient::Impl::add_person(text::Secret access_token,
                                   OnPerson on_person, OnError on_error) {
    auto ask = std::make_unique<Ask>();
    ask->lane = &people;
    ask->method = "GET";
    ask->url = app.base_url + people.api;
    ask->presented = std::move(access_token);
    ask->on_person = std::move(on_person);
    ask->on_error = std::move(on_error);
    ++open;
    lanes.add_last(std::move(ask));
}

void OAuthClient::Impl::advance() {
    if (too_late()) {
        fail_queued();
        return;
    }
    while (free_connections() > 0) {
        AskPtr ask = lanes.take(clock.instant());
        if (!ask) {
            return;
        }
        start(std::move(ask));
    }
}

void OAuthClient::Impl::fail_queued() {
    for (AskPtr& ask : lanes.take_all()) {
        --open;
        const errors::Error error{errors::Kind::timeout,
                                  "app '" + app.name + "': " + ask->method +
                                      " " + ask->lane->api + " was not asked" +
                                      (ask->attempts > 0 ? " again" : "") +
                                      ": the time limit has passed"};
        if (!ask->for_grant()) {
            ask->on_error({error, 0, 0});
            continue;
        }
        if (ask->attempts > 0) {
            observer.token_failed();
        }
        ask->on_failure(
            {ask->unanswered ? GrantFault::unknown : GrantFault::unavailable,
             error, 0, "", ask->unanswered});
    }
}

void OAuthClient::Impl::start(AskPtr ask) {
    if (ask->attempts++ == 0) {
        ask->first_start = clock.instant();
    }
    ask->asked = clock.now();
    http::Request request = request_of(*ask);
    request.total_timeout = deadline.at_most(http.settings().total_timeout);
    ++in_flight;
    // std::function copies what it holds, a question cannot be copied.
    auto held = std::make_shared<AskPtr>(std::move(ask));
    http.start(std::move(request),
               [held, self = std::weak_ptr(alive)](http::Response&& response) {
                   if (const auto client = self.lock()) {
                       (*client)->take(std::move(*held), std::move(response));
                   }
               });
}

void OAuthClient::Impl::take(AskPtr ask, http::Response&& response) {
    --in_flight;
    ask->lane->windows.ended(clock.instant());
    observer.attempt(ask->method, ask->lane->api, response.status,
                     response.elapsed);
    if (ask->for_grant()) {
        take_grant(std::move(ask), std::move(response));
    } else {
        take_person(std::move(ask), std::move(response));
    }
}

bool OAuthClient::Impl::repeat_later(AskPtr& ask,
                                     const http::Response& response,
                                     Reaction reaction) {
    const Instant now = clock.instant();
    const auto spent =
        std::chrono::duration_cast<Duration>(now - ask->first_start);
    const bool limited = reaction == Reaction::rate_limited;
    if (limited) {
        observer.rate_limited();
    }
    const auto wait =
        wait_before_next({reaction, errors::Kind::unavailable, {}}, response,
                         ask->attempts, spent);
    if (!wait) {
        return false;
    }
    if (limited) {
        ask->lane->windows.block_until(now + *wait);
    }
    lanes.add_at(now + *wait, std::move(ask));
    return true;
}

}  // namespace lark_batch::lark
