#include "lib/lark/oauth_errors.hpp"

#include <doctest/doctest.h>

using lark_batch::errors::Kind;
using lark_batch::http::Fault;
using lark_batch::lark::grant_code_rows;
using lark_batch::lark::GrantFault;
using lark_batch::lark::GrantReaction;
using lark_batch::lark::GrantVerdict;
using lark_batch::lark::judge_grant;

namespace {

GrantVerdict answer(int status, long long code, std::string_view error = {}) {
    return judge_grant({.status = status, .code = code, .error = error});
}

}  // namespace

TEST_CASE("oauth errors: the table ascends") {
    long long last = 0;
    for (const auto& row : grant_code_rows()) {
        CAPTURE(row.code);
        CHECK(row.code > last);
        last = row.code;
    }
}

TEST_CASE("oauth errors: tokens win, whatever else was said") {
    CHECK(judge_grant({.status = 200, .granted = true}).reaction ==
          GrantReaction::accept);
    CHECK(judge_grant({.status = 502, .granted = true}).reaction ==
          GrantReaction::accept);
}

TEST_CASE("oauth errors: what never arrived was not consumed") {
    for (const Fault fault :
         {Fault::unresolved, Fault::unconnected, Fault::tls}) {
        const GrantVerdict verdict = judge_grant({.fault = fault});
        CHECK(verdict.reaction == GrantReaction::retry);
        CHECK(verdict.fault == GrantFault::unavailable);
    }
    CHECK(judge_grant({.fault = Fault::bad_request}).fault ==
          GrantFault::config);
}

TEST_CASE("oauth errors: what went unanswered may have been consumed") {
    for (const Fault fault :
         {Fault::timeout, Fault::broken, Fault::too_large}) {
        const GrantVerdict verdict = judge_grant({.fault = fault});
        CHECK(verdict.reaction == GrantReaction::unknown);
        CHECK(verdict.fault == GrantFault::unknown);
    }
    for (const int status : {200, 302, 404, 408, 500, 502, 503, 504}) {
        CAPTURE(status);
        CHECK(answer(status, 0).reaction == GrantReaction::unknown);
        CHECK(answer(status, 0).kind == Kind::unavailable);
    }
}

TEST_CASE("oauth errors: a server that says it is busy did nothing") {
    CHECK(answer(500, 20050).reaction == GrantReaction::retry);
    CHECK(answer(503, 20072).reaction == GrantReaction::retry);
    CHECK(answer(503, 20072).fault == GrantFault::unavailable);
    for (const GrantVerdict& limited :
         {answer(429, 99991400), answer(400, 99991400), answer(429, 0)}) {
        CHECK(limited.reaction == GrantReaction::rate_limited);
        CHECK(limited.fault == GrantFault::unavailable);
    }
}

TEST_CASE("oauth errors: each documented code means what its page says") {
    const auto fault = [](long long code) {
        CHECK(answer(400, code).reaction == GrantReaction::give_up);
        return answer(400, code).fault;
    };
    for (const long long code : {20064, 20073}) {
        CHECK(fault(code) == GrantFault::spent);
    }
    for (const long long code : {20003, 20004, 20026, 20037, 20049, 20065}) {
        CHECK(fault(code) == GrantFault::login);
        CHECK(answer(400, code).hint.find("token login") !=
              std::string_view::npos);
    }
    for (const long long code : {20008, 20066}) {
        CHECK(fault(code) == GrantFault::person);
    }
    for (const long long code : {20009, 20010, 20069, 20074, 21001}) {
        CHECK(fault(code) == GrantFault::admin);
    }
    for (const long long code :
         {20002, 20024, 20027, 20048, 20068, 20071, 10014}) {
        CHECK(fault(code) == GrantFault::config);
        CHECK(answer(400, code).kind == Kind::denied);
    }
    for (const long long code : {20001, 20036, 20063, 20067, 20070}) {
        CHECK(fault(code) == GrantFault::bug);
    }
}

TEST_CASE("oauth errors: a code counts at any status") {
    CHECK(answer(500, 20064).fault == GrantFault::spent);
    CHECK(answer(200, 20037).fault == GrantFault::login);
}

TEST_CASE("oauth errors: without a known code RFC 6749's word decides") {
    CHECK(answer(400, 29999, "invalid_grant").fault == GrantFault::login);
    CHECK(answer(401, 0, "invalid_client").fault == GrantFault::config);
    CHECK(answer(400, 20074, "invalid_grant").fault == GrantFault::admin);
    CHECK(answer(502, 0, "invalid_grant").reaction == GrantReaction::unknown);
}

TEST_CASE("oauth errors: an unknown refusal says nothing about the token") {
    const GrantVerdict refused = answer(400, 29999);
    CHECK(refused.reaction == GrantReaction::give_up);
    CHECK(refused.fault == GrantFault::unavailable);
    CHECK(refused.kind == Kind::failed);
    CHECK(answer(500, 29999).reaction == GrantReaction::unknown);
}

TEST_CASE("oauth errors: the gateway's codes mean what they mean elsewhere") {
    CHECK(answer(400, 99991662).fault == GrantFault::admin);
    CHECK(answer(429, 99991403).reaction == GrantReaction::give_up);
    CHECK(answer(429, 99991403).fault == GrantFault::unavailable);
    CHECK(answer(400, 99992402).fault == GrantFault::bug);
    CHECK(answer(404, 99991201).fault == GrantFault::config);
}
