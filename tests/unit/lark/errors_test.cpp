#include "lib/lark/errors.hpp"

#include <doctest/doctest.h>

using lark_batch::errors::Kind;
using lark_batch::http::Fault;
using lark_batch::lark::Attempt;
using lark_batch::lark::code_rows;
using lark_batch::lark::judge;
using lark_batch::lark::Reaction;
using lark_batch::lark::Verdict;

namespace {

Verdict answer(int status, long long code) {
    return judge({.status = status, .valid = true, .code = code});
}

Verdict no_json(int status) {
    return judge({.status = status});
}

}  // namespace

TEST_CASE("errors: the table ascends and no two rows overlap") {
    long long last = 0;
    for (const auto& row : code_rows()) {
        CAPTURE(row.first);
        CHECK(row.first > last);
        CHECK(row.last >= row.first);
        last = row.last;
    }
}

TEST_CASE("errors: code 0 with a 2xx status is an answer") {
    CHECK(answer(200, 0).reaction == Reaction::accept);
    CHECK(answer(502, 0).reaction == Reaction::retry);
}

TEST_CASE("errors: a rate limit counts with status 429 and 400 alike") {
    CHECK(answer(429, 99991400).reaction == Reaction::rate_limited);
    CHECK(answer(400, 99991400).reaction == Reaction::rate_limited);
    CHECK(no_json(429).reaction == Reaction::rate_limited);
}

TEST_CASE("errors: a used-up monthly quota is a 429 that is not repeated") {
    for (const long long code : {99991403, 99991406}) {
        const Verdict verdict = answer(429, code);
        CHECK(verdict.reaction == Reaction::give_up);
        CHECK(verdict.kind == Kind::unavailable);
        CHECK(verdict.hint.find("monthly") != std::string_view::npos);
    }
}

TEST_CASE("errors: credentials and permissions are denied at any status") {
    for (const long long code :
         {10003, 10005, 10014, 10015, 40004, 40014, 41050, 99991401, 99991543,
          99991662, 99991672, 99991673, 99991676}) {
        for (const int status : {200, 400, 403}) {
            CAPTURE(code);
            CHECK(answer(status, code).reaction == Reaction::give_up);
            CHECK(answer(status, code).kind == Kind::denied);
        }
    }
}

TEST_CASE("errors: a refused token is worth one new token") {
    for (const long long code : {99991663, 99991664, 99991671}) {
        CHECK(answer(400, code).reaction == Reaction::renew_token);
    }
}

TEST_CASE("errors: a stale page token restarts the chain") {
    CHECK(answer(400, 40012).reaction == Reaction::restart_pages);
    CHECK(answer(400, 40021).reaction == Reaction::restart_pages);
}

TEST_CASE("errors: faults on the way are repeated, our mistakes are not") {
    for (const Fault fault : {Fault::unresolved, Fault::unconnected,
                              Fault::timeout, Fault::broken}) {
        CHECK(judge({.fault = fault}).reaction == Reaction::retry);
        CHECK(judge({.fault = fault}).kind == Kind::unavailable);
    }
    CHECK(judge({.fault = Fault::tls}).reaction == Reaction::give_up);
    CHECK(judge({.fault = Fault::too_large}).reaction == Reaction::give_up);
    CHECK(judge({.fault = Fault::bad_request}).kind == Kind::config);
}

TEST_CASE("errors: an answer that is no JSON is judged by its status") {
    CHECK(no_json(200).reaction == Reaction::retry);
    CHECK(no_json(503).reaction == Reaction::retry);
    CHECK(no_json(404).reaction == Reaction::give_up);
    CHECK(no_json(404).kind == Kind::config);
    CHECK(no_json(403).kind == Kind::denied);
}

TEST_CASE("errors: a message is repeated while in flight or limited only") {
    CHECK(answer(400, 230049).reaction == Reaction::retry);
    CHECK(answer(400, 18121).reaction == Reaction::retry);
    CHECK(answer(400, 230020).reaction == Reaction::rate_limited);
    for (const long long code :
         {230002, 230006, 230013, 230018, 230027, 230035, 230053}) {
        CAPTURE(code);
        CHECK(answer(400, code).reaction == Reaction::give_up);
        CHECK(answer(400, code).kind == Kind::denied);
        CHECK_FALSE(answer(400, code).hint.empty());
    }
    for (const long long code : {230025, 230029, 230034, 230099}) {
        CAPTURE(code);
        CHECK(answer(400, code).reaction == Reaction::give_up);
        CHECK(answer(400, code).kind == Kind::failed);
        CHECK_FALSE(answer(400, code).hint.empty());
    }
    CHECK(answer(400, 230001).kind == Kind::bug);
}

TEST_CASE("errors: an unknown code is final unless the server was at fault") {
    CHECK(answer(400, 123456).reaction == Reaction::give_up);
    CHECK(answer(400, 123456).kind == Kind::failed);
    CHECK(answer(500, 123456).reaction == Reaction::retry);
}

TEST_CASE("errors: the token endpoint's unknown 4xx is a gateway's noise") {
    const Attempt attempt{
        .status = 404, .valid = true, .code = 123456, .for_token = true};
    CHECK(judge(attempt).reaction == Reaction::retry);
}
