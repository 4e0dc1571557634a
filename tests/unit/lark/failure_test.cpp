#include "lib/lark/failure.hpp"

#include <doctest/doctest.h>

using namespace lark_batch;
using lark::Envelope;
using lark::Failure;
using lark::failure_of;
using lark::Origin;
using lark::Reaction;
using lark::Verdict;

namespace {

constexpr const char* k_api = "/open-apis/contact/v3/scopes";
const Origin k_once{"hr-portal", "GET", k_api, 1};
const Verdict k_denied{Reaction::give_up, errors::Kind::denied,
                       "grant the app one of the scopes"};

http::Response answered(int status) {
    http::Response response;
    response.status = status;
    response.headers = {{"x-tt-logid", "20261122ABC"}};
    return response;
}

Envelope refused(long long code, const std::string& msg) {
    Envelope envelope;
    envelope.valid = true;
    envelope.code = code;
    envelope.msg = msg;
    return envelope;
}

}  // namespace

TEST_CASE("failure: a refusal names app, API, code, scopes and log id") {
    Envelope envelope = refused(99991672, "Access denied");
    envelope.missing_scopes = {"contact:a", "contact:b"};
    envelope.help_url = "https://example.com/auth";
    const Failure failure =
        failure_of(k_once, answered(400), envelope, k_denied);
    CHECK(std::string{failure.error.what()} ==
          "app 'hr-portal': GET /open-apis/contact/v3/scopes was refused with "
          "code 99991672 'Access denied' (missing scopes: contact:a, "
          "contact:b; log id 20261122ABC)");
    CHECK(failure.error.hint() ==
          "grant the app one of the scopes: https://example.com/auth");
    CHECK(failure.error.kind() == errors::Kind::denied);
    CHECK(failure.http_status == 400);
    CHECK(failure.code == 99991672);
}

TEST_CASE("failure: Lark's words stay on one line and short") {
    const Failure failure = failure_of(
        k_once, answered(400),
        refused(1, "two\nlines" + std::string(5'000, 'x')), k_denied);
    const std::string message = failure.error.what();
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.size() < 400);
}

TEST_CASE("failure: without an answer the transport's words are told") {
    http::Response response;
    response.fault = http::Fault::unconnected;
    response.fault_text = "Connection refused";
    const Failure failure =
        failure_of({"a", "GET", k_api, 5}, response, {},
                   {Reaction::retry, errors::Kind::unavailable, {}});
    CHECK(std::string{failure.error.what()} ==
          "app 'a': GET /open-apis/contact/v3/scopes got no answer after 5 "
          "attempts: Connection refused");
    CHECK(failure.http_status == 0);
    CHECK(failure.error.hint().empty());
}

TEST_CASE("failure: a page of HTML is told by its status") {
    const Failure failure =
        failure_of({"a", "GET", k_api, 5}, answered(503), {},
                   {Reaction::retry, errors::Kind::unavailable, {}});
    CHECK(std::string{failure.error.what()} ==
          "app 'a': GET /open-apis/contact/v3/scopes was answered with HTTP "
          "503 and no JSON of Lark's after 5 attempts (log id 20261122ABC)");
}

TEST_CASE("failure: the log id comes from the body when no header has it") {
    Envelope envelope = refused(40004, "no dept authority error");
    envelope.log_id = "2026BODY";
    http::Response response;
    response.status = 403;
    const Failure failure = failure_of(k_once, response, envelope, k_denied);
    CHECK(std::string{failure.error.what()}.ends_with("(log id 2026BODY)"));
}

TEST_CASE("failure: a broken chain says what was wrong with it") {
    const Failure failure =
        broken_chain(k_once, answered(200), "a page token came twice");
    CHECK(std::string{failure.error.what()} ==
          "app 'hr-portal': GET /open-apis/contact/v3/scopes did not end its "
          "list: a page token came twice (log id 20261122ABC)");
    CHECK(failure.error.kind() == errors::Kind::unavailable);
}
