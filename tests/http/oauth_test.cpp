#include "tests/http/oauth_bench.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_test;

TEST_CASE("oauth: a refresh brings the next pair, and the old one is dead") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    OAuthBench bench{sandbox.url()};
    const Outcome first = bench.refresh(consent.refresh);
    REQUIRE(first.grant);
    CHECK(first.grant->access_token.reveal() != consent.access);
    CHECK(first.grant->refresh_token.reveal() != consent.refresh);
    CHECK(first.grant->access_life == std::chrono::hours{2});
    CHECK(first.grant->refresh_life == std::chrono::hours{7 * 24});
    CHECK(first.grant->scopes.size() == 3);
    CHECK(first.grant->asked == bench.clock.now());
    CHECK(bench.counts.tokens == 1);
    const Outcome again = bench.refresh(consent.refresh);
    REQUIRE(again.failure);
    CHECK(again.failure->fault == GrantFault::spent);
    CHECK_FALSE(again.failure->after_unknown);
    CHECK(bench.counts.failed_tokens == 1);
    CHECK(bench.counts.attempts == 2);
}

TEST_CASE("oauth: a code is exchanged with its verifier, once") {
    const Sandbox sandbox = company();
    simdjson::dom::parser parser;
    const std::string answer = sandbox.post(
        "/_sandbox/authorize",
        R"({"redirect_uri":"http://127.0.0.1:1/callback","code_challenge":)"
        R"("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"})");
    lark::Authorization authorization;
    authorization.code = std::string_view{parser.parse(answer)["code"]};
    authorization.redirect_uri = "http://127.0.0.1:1/callback";
    OAuthBench bench{sandbox.url()};
    authorization.code_verifier = text::Secret{"not-the-verifier"};
    const Outcome wrong = bench.exchange(authorization);
    REQUIRE(wrong.failure);
    CHECK(wrong.failure->code == 20049);
    CHECK(wrong.failure->fault == GrantFault::login);
    authorization.code_verifier =
        text::Secret{"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};
    const Outcome first = bench.exchange(authorization);
    REQUIRE(first.grant);
    CHECK_FALSE(first.grant->refresh_token.empty());
    CHECK(bench.exchange(authorization).failure->code == 20065);
}

TEST_CASE("oauth: version 3 asks the accounts' host") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    lark::OAuthApp app = oauth_app_at(sandbox.url());
    app.base_url = "http://127.0.0.1:9";
    app.version = "v3";
    OAuthBench bench{app};
    CHECK(bench.refresh(consent.refresh).grant);
    CHECK(mentions(sandbox.get("/_sandbox/requests"), k_oauth_v3));
}

TEST_CASE("oauth: long tokens and a code as string are understood") {
    const Sandbox sandbox = company();
    sandbox.post("/_sandbox/settings",
                 R"({"long_tokens":4000,"oauth_code_as_string":true})");
    const Consent consent = consents(sandbox).front();
    OAuthBench bench{sandbox.url()};
    const Outcome outcome = bench.refresh(consent.refresh);
    REQUIRE(outcome.grant);
    CHECK(outcome.grant->refresh_token.reveal().size() == 4000);
    CHECK(bench.refresh(consent.refresh).failure->code == 20064);
}

TEST_CASE("oauth: what the server says about a token is told as a fault") {
    struct Row {
        const char* settings;
        long long code;
        GrantFault fault;
    };
    for (const Row& row :
         {Row{R"({"refresh_allowed":false})", 20074, GrantFault::admin},
          Row{R"({"advance_seconds":604801})", 20037, GrantFault::login}}) {
        CAPTURE(row.code);
        const Sandbox sandbox = company();
        const Consent consent = consents(sandbox).front();
        sandbox.post("/_sandbox/settings", row.settings);
        OAuthBench bench{sandbox.url()};
        const Outcome outcome = bench.refresh(consent.refresh);
        REQUIRE(outcome.failure);
        CHECK(outcome.failure->code == row.code);
        CHECK(outcome.failure->fault == row.fault);
        CHECK_FALSE(outcome.failure->error.hint().empty());
        CHECK_FALSE(outcome.failure->log_id.empty());
        CHECK(bench.counts.retries == 0);
    }
}

TEST_CASE("oauth: 20073 is spent like 20064") {
    const Sandbox sandbox = company();
    sandbox.post("/_sandbox/settings", R"({"refresh_reuse_code":20073})");
    const Consent consent = consents(sandbox).front();
    OAuthBench bench{sandbox.url()};
    CHECK(bench.refresh(consent.refresh).grant);
    const Outcome again = bench.refresh(consent.refresh);
    CHECK(again.failure->code == 20073);
    CHECK(again.failure->fault == GrantFault::spent);
}

TEST_CASE("oauth: a wrong secret is a matter of configuration, and named") {
    const Sandbox sandbox = company();
    lark::OAuthApp app = oauth_app_at(sandbox.url());
    app.secret = text::Secret{"not-the-secret"};
    OAuthBench bench{app};
    const Outcome outcome = bench.refresh("ur-whatever");
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::config);
    CHECK(outcome.failure->error.kind() == Kind::denied);
    const std::string message = outcome.failure->error.what();
    CHECK(mentions(message, std::string{"app 'hr-portal': POST "} + k_oauth +
                                " was refused with code 20002"));
    CHECK_FALSE(mentions(message, "not-the-secret"));
}

TEST_CASE("oauth: a server that did nothing is asked again") {
    for (const char* action : {R"({"kind":"error","status":500,"code":20050})",
                               R"({"kind":"error","status":503,"code":20072})",
                               R"({"kind":"rate_limit","reset":3})"}) {
        CAPTURE(action);
        const Sandbox sandbox = company();
        const Consent consent = consents(sandbox).front();
        add_fault(sandbox, k_oauth, action, 0, 2);
        OAuthBench bench{sandbox.url()};
        CHECK(bench.refresh(consent.refresh).grant);
        CHECK(bench.counts.retried_tokens == 2);
        CHECK(bench.counts.tokens == 1);
        CHECK(bench.counts.failed_tokens == 0);
    }
}

TEST_CASE("oauth: a server that stays busy leaves the token unharmed") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    add_fault(sandbox, k_oauth,
              R"({"kind":"error","status":503,"code":20072})");
    OAuthBench bench{sandbox.url()};
    const Outcome outcome = bench.refresh(consent.refresh);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::unavailable);
    CHECK(outcome.failure->code == 20072);
    CHECK(bench.counts.attempts == 5);
    CHECK(bench.counts.failed_tokens == 1);
    CHECK(rotations(sandbox).refreshed == 0);
}

TEST_CASE("oauth: a server that is not there leaves the token unharmed") {
    OAuthBench bench{"http://127.0.0.1:9"};
    const Outcome outcome = bench.refresh("ur-whatever");
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::unavailable);
    CHECK(outcome.failure->error.kind() == Kind::unavailable);
    CHECK(bench.counts.retried_tokens == 4);
}

TEST_CASE("oauth: an answer lost on the way is asked for once more") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    add_fault(sandbox, k_oauth, R"({"kind":"lost_answer"})", 0, 1);
    OAuthBench bench{sandbox.url()};
    const auto start = bench.clock.instant();
    const Outcome outcome = bench.refresh(consent.refresh);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::spent);
    CHECK(outcome.failure->after_unknown);
    CHECK(bench.counts.attempts == 2);
    CHECK(bench.clock.instant() == start);  // at once
    CHECK(rotations(sandbox).refreshed == 1);
    CHECK(rotations(sandbox).presented_again == 1);
}

TEST_CASE("oauth: an answer lost before anything was done comes in the end") {
    for (const char* action : {R"({"kind":"reset"})", R"({"kind":"not_json"})",
                               R"({"kind":"status","status":502,"html":true})",
                               R"({"kind":"status","status":404})"}) {
        CAPTURE(action);
        const Sandbox sandbox = company();
        const Consent consent = consents(sandbox).front();
        add_fault(sandbox, k_oauth, action, 0, 1);
        OAuthBench bench{sandbox.url()};
        CHECK(bench.refresh(consent.refresh).grant);
        CHECK(bench.counts.attempts == 2);
    }
}

TEST_CASE("oauth: two answers in a row that nobody saw are unknown") {
    for (const char* action :
         {R"({"kind":"reset"})", R"({"kind":"not_json"})",
          R"({"kind":"truncate"})",
          R"({"kind":"status","status":502,"html":true})"}) {
        CAPTURE(action);
        const Sandbox sandbox = company();
        const Consent consent = consents(sandbox).front();
        add_fault(sandbox, k_oauth, action);
        OAuthBench bench{sandbox.url()};
        const Outcome outcome = bench.refresh(consent.refresh);
        REQUIRE(outcome.failure);
        CHECK((outcome.failure->fault == GrantFault::unknown ||
               outcome.failure->fault == GrantFault::spent));
        CHECK(outcome.failure->after_unknown);
        CHECK(outcome.failure->error.kind() == Kind::unavailable);
        CHECK(bench.counts.attempts == 2);
        CHECK(bench.counts.failed_tokens == 1);
    }
}

TEST_CASE("oauth: an answer that comes too late counts as not seen") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    add_fault(sandbox, k_oauth, R"({"kind":"slow","ms":60000})", 0, 1);
    http::Settings settings;
    settings.total_timeout = Duration{150};
    OAuthBench bench{oauth_app_at(sandbox.url()), settings};
    const Outcome outcome = bench.refresh(consent.refresh);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::spent);
    CHECK(outcome.failure->after_unknown);
}

TEST_CASE("oauth: an unseen answer is remembered through what follows") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    add_fault(sandbox, k_oauth, R"({"kind":"lost_answer"})", 0, 1);
    add_fault(sandbox, k_oauth, R"({"kind":"error","status":503,"code":20072})",
              1);
    OAuthBench bench{sandbox.url()};
    const Outcome outcome = bench.refresh(consent.refresh);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->code == 20072);
    CHECK(outcome.failure->fault == GrantFault::unknown);
    CHECK(outcome.failure->after_unknown);
}

TEST_CASE("oauth: with the deadline near nothing is started") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    clock::FakeClock clock;
    const clock::Deadline deadline{clock, Duration{1'900}};
    http::Client http{{}};
    Counts counts;
    lark::OAuthClient client{oauth_app_at(sandbox.url()), http, clock, deadline,
                             counts};
    std::optional<GrantFailure> failure;
    client.refresh(
        text::Secret{consent.refresh}, [](Grant&&) {},
        [&](const GrantFailure& why) { failure = why; });
    client.run([] {});
    REQUIRE(failure);
    CHECK(failure->fault == GrantFault::unavailable);
    CHECK(failure->error.kind() == Kind::timeout);
    CHECK(mentions(failure->error.what(), "was not asked"));
    CHECK(counts.attempts == 0);
    CHECK(counts.failed_tokens == 0);
    CHECK(rotations(sandbox).refreshed == 0);
}

TEST_CASE("oauth: a server's words are told without the token it quotes") {
    test::HttpServer server{[](const test::HttpRequest& request) {
        const auto at = request.body.find("ur-precious");
        return test::Reply{.status = 400,
                           .headers = {{"Content-Type", "application/json"}},
                           .body = R"({"code":20026,"error":"invalid_grant",)"
                                   R"("error_description":"token )" +
                                   request.body.substr(at, 11) +
                                   R"( is not valid"})"};
    }};
    OAuthBench bench{server.url()};
    const Outcome outcome = bench.refresh("ur-precious");
    REQUIRE(outcome.failure);
    CHECK(mentions(outcome.failure->error.what(), "token *** is not valid"));
}

TEST_CASE("oauth: a 200 without tokens is an answer nobody understood") {
    test::HttpServer server{[](const test::HttpRequest&) {
        return test::Reply{.headers = {{"Content-Type", "application/json"}},
                           .body = R"({"code":0,"access_token":""})"};
    }};
    OAuthBench bench{server.url()};
    const Outcome outcome = bench.refresh("ur-whatever");
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->fault == GrantFault::unknown);
    CHECK(server.requests().size() == 2);
    const std::string body = server.requests().front().body;
    CHECK(mentions(body, R"("client_secret":"sandbox-secret")"));
    CHECK(server.requests().front().header("authorization").empty());
}

TEST_CASE("oauth: a client that is gone before its answer is no crash") {
    test::HttpServer server{[](const test::HttpRequest&) {
        return test::Reply{.behaviour = test::Behaviour::hang};
    }};
    clock::FakeClock clock;
    const clock::Deadline deadline{clock};
    http::Settings settings;
    settings.total_timeout = Duration{50};
    http::Client http{settings};
    Counts counts;
    {
        lark::OAuthClient client{oauth_app_at(server.url()), http, clock,
                                 deadline, counts};
        client.refresh(
            text::Secret{"ur-x"}, [](Grant&&) {}, [](const GrantFailure&) {});
        client.advance();
    }
    CHECK(http.in_flight() == 1);
    while (http.in_flight() > 0) {
        http.step(Duration{100});
    }
    CHECK(counts.attempts == 0);
}
