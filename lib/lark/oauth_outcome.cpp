#include <simdjson.h>

#include <utility>

#include "lib/lark/oauth_engine.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::lark {

namespace {

std::string log_id_of(const http::Response& response,
                      const OAuthAnswer& answer) {
    const std::string_view header = response.header("x-tt-logid");
    return text::excerpt(header.empty() ? answer.log_id : header, 80);
}

std::optional<Person> person_of(const Client::Data& data) {
    std::string_view open_id;
    std::string_view union_id;
    if (data["open_id"].get(open_id) != simdjson::SUCCESS || open_id.empty()) {
        return std::nullopt;
    }
    if (data["union_id"].get(union_id) != simdjson::SUCCESS) {
        union_id = {};
    }
    return Person{std::string{open_id}, std::string{union_id}};
}

}  // namespace

void OAuthClient::Impl::take_grant(AskPtr ask, http::Response&& response) {
    const text::Secret body{std::move(response.body)};  // wiped behind us
    OAuthAnswer answer =
        response.answered() ? read_oauth_answer(body.reveal()) : OAuthAnswer{};
    const GrantVerdict verdict =
        judge_grant({response.fault, response.status, answer.granted,
                     answer.code, answer.error});
    if (verdict.reaction == GrantReaction::accept) {
        succeed(std::move(ask), std::move(answer.grant));
    } else if (repeat_grant(ask, response, verdict.reaction)) {
        observer.retry();
        observer.token_retried();
    } else {
        fail_grant(std::move(ask), response, answer, verdict);
    }
}

void OAuthClient::Impl::succeed(AskPtr ask, Grant&& grant) {
    --open;
    observer.token_fetched();
    grant.asked = ask->asked;
    ask->on_grant(std::move(grant));
}

bool OAuthClient::Impl::repeat_grant(AskPtr& ask,
                                     const http::Response& response,
                                     GrantReaction reaction) {
    switch (reaction) {
        case GrantReaction::unknown:
            // At once: while the server still knows what it did, if ever.
            if (std::exchange(ask->unanswered, true)) {
                return false;
            }
            lanes.add_first(std::move(ask));
            return true;
        case GrantReaction::retry:
            return repeat_later(ask, response, Reaction::retry);
        case GrantReaction::rate_limited:
            return repeat_later(ask, response, Reaction::rate_limited);
        default:
            return false;
    }
}

void OAuthClient::Impl::fail_grant(AskPtr ask, const http::Response& response,
                                   const OAuthAnswer& answer,
                                   const GrantVerdict& verdict) {
    --open;
    observer.token_failed();
    Envelope words;
    words.valid = answer.valid;
    words.code = answer.code;
    words.msg = without_secrets(answer.message, {ask->presented, app.secret});
    words.log_id = answer.log_id;
    const bool lost =
        ask->unanswered && verdict.fault == GrantFault::unavailable;
    const Failure failure =
        failure_of(origin_of(*ask), response, words,
                   {Reaction::give_up, verdict.kind, verdict.hint});
    ask->on_failure({lost ? GrantFault::unknown : verdict.fault, failure.error,
                     answer.code, log_id_of(response, answer),
                     ask->unanswered});
}

void OAuthClient::Impl::take_person(AskPtr ask, http::Response&& response) {
    const text::Secret body{std::move(response.body)};
    simdjson::dom::parser parser;
    const Envelope envelope =
        response.answered() ? read_envelope(parser, body.reveal()) : Envelope{};
    Verdict verdict =
        judge({response.fault, response.status, envelope.valid, envelope.code});
    if (verdict.reaction == Reaction::accept) {
        if (const auto person = person_of(envelope.data)) {
            --open;
            ask->on_person(*person);
            return;
        }
        verdict = {Reaction::give_up, errors::Kind::failed, {}};
    }
    const bool repeatable = verdict.reaction == Reaction::retry ||
                            verdict.reaction == Reaction::rate_limited;
    if (repeatable && repeat_later(ask, response, verdict.reaction)) {
        observer.retry();
    } else {
        fail_person(std::move(ask), response, envelope, verdict);
    }
}

void OAuthClient::Impl::fail_person(AskPtr ask, const http::Response& response,
                                    const Envelope& envelope,
                                    const Verdict& verdict) {
    --open;
    Envelope words = envelope;
    words.msg = without_secrets(words.msg, {ask->presented});
    ask->on_error(failure_of(origin_of(*ask), response, words, verdict));
}

}  // namespace lark_batch::lark
