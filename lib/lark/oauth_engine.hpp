// What drives the calls of an OAuthClient. Private to lib/lark.
#pragma once

#include <memory>
#include <string>

#include "lib/lark/envelope.hpp"
#include "lib/lark/errors.hpp"
#include "lib/lark/failure.hpp"
#include "lib/lark/lanes.hpp"
#include "lib/lark/oauth.hpp"
#include "lib/lark/oauth_answer.hpp"
#include "lib/lark/oauth_ask.hpp"
#include "lib/lark/oauth_errors.hpp"

namespace lark_batch::lark {

struct OAuthClient::Impl {
    Impl(OAuthApp chosen, http::Client& http_client, clock::Clock& run_clock,
         const clock::Deadline& run_deadline, Observer& run_observer);

    void add_grant(text::Secret body, text::Secret presented, OnGrant on_grant,
                   OnFailure on_failure);
    void add_person(text::Secret access_token, OnPerson on_person,
                    OnError on_error);
    void advance();
    void fail_queued();
    void start(AskPtr ask);
    void take(AskPtr ask, http::Response&& response);
    void take_grant(AskPtr ask, http::Response&& response);
    void take_person(AskPtr ask, http::Response&& response);
    void succeed(AskPtr ask, Grant&& grant);
    bool repeat_grant(AskPtr& ask, const http::Response& response,
                      GrantReaction reaction);
    bool repeat_later(AskPtr& ask, const http::Response& response,
                      Reaction reaction);
    void fail_grant(AskPtr ask, const http::Response& response,
                    const OAuthAnswer& answer, const GrantVerdict& verdict);
    void fail_person(AskPtr ask, const http::Response& response,
                     const Envelope& envelope, const Verdict& verdict);
    Origin origin_of(const Ask& ask) const;
    bool too_late() const;
    std::size_t free_connections() const;

    OAuthApp app;
    http::Client& http;
    clock::Clock& clock;
    const clock::Deadline& deadline;
    Observer& observer;
    Lanes<Ask> lanes;
    LaneOf<Ask>& grants;
    LaneOf<Ask>& people;
    std::size_t open = 0;  // calls without an end yet
    std::size_t in_flight = 0;
    // Answers look here first: the client may be gone before its requests.
    std::shared_ptr<Impl*> alive = std::make_shared<Impl*>(this);
};

}  // namespace lark_batch::lark
