#include "tests/http/lark_bench.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_test;

TEST_CASE("lark: a chain brings every page, with one token for all calls") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.list_departments());
    CHECK(bench.ids.size() == 160);
    CHECK(bench.pages == 4);
    CHECK(bench.ends == 1);
    CHECK(bench.counts.tokens == 1);
    CHECK(bench.counts.attempts == 5);
    CHECK(bench.counts.retries == 0);
}

TEST_CASE("lark: many chains at once share one token and few connections") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.list_departments());
    int complete = 0;
    for (const std::string& id : bench.ids) {
        bench.client.get_pages(
            {k_members, k_members, {{"department_id", id}}}, 50,
            [](Client::Data) {},
            [&](const std::optional<Failure>& failure) {
                complete += failure ? 0 : 1;
            });
    }
    bench.run();
    CHECK(complete == 160);
    CHECK(bench.counts.tokens == 1);
    simdjson::dom::parser parser;
    const auto stats = parser.parse(sandbox.get("/_sandbox/stats"));
    CHECK(std::int64_t{stats["connections"]} <= 20);
}

TEST_CASE("lark: calls that wait for a token are answered by one request") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_token_path, R"({"kind":"slow","ms":50})");
    Bench bench{sandbox.url()};
    int answers = 0;
    for (int i = 0; i < 30; ++i) {
        bench.client.get(
            {k_scopes, k_scopes, {}}, [&](Client::Data) { ++answers; },
            [](const Failure&) {});
    }
    bench.run();
    CHECK(answers == 30);
    CHECK(bench.counts.tokens == 1);
}

TEST_CASE("lark: a wrong secret is told at once, once, and named") {
    const Sandbox sandbox = company();
    lark::App app = app_at(sandbox.url());
    app.secret = text::Secret{"not-the-secret"};
    Bench bench{app, {}};
    const auto failure = bench.ask_scopes();
    REQUIRE(failure);
    const std::string message = failure->error.what();
    CHECK(failure->error.kind() == Kind::denied);
    CHECK(failure->code == 10014);
    CHECK(mentions(message, "app 'hr-portal': POST"));
    CHECK(
        mentions(message, "was refused with code 10014 'app secret invalid'"));
    CHECK(mentions(message, "(log id "));
    CHECK_FALSE(mentions(message, "not-the-secret"));
    CHECK(mentions(failure->error.hint(), "app secret"));
    CHECK(bench.counts.attempts == 1);
    CHECK(bench.ask_scopes());  // known by now: not asked again
    CHECK(bench.counts.attempts == 1);
    CHECK(bench.counts.retried_tokens == 0);
    CHECK(bench.counts.failed_tokens == 1);
}

TEST_CASE("lark: a token endpoint in trouble is asked again") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_token_path,
              R"({"kind":"status","status":502,"html":true})", 0, 2);
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.ask_scopes());
    CHECK(bench.counts.retried_tokens == 2);
    CHECK(bench.counts.failed_tokens == 0);
    CHECK(bench.counts.tokens == 1);
}

TEST_CASE("lark: a token that never comes is one failure, after retries") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_token_path,
              R"({"kind":"status","status":502,"html":true})");
    Bench bench{sandbox.url()};
    CHECK(bench.ask_scopes());
    CHECK(bench.counts.retried_tokens == 4);
    CHECK(bench.counts.failed_tokens == 1);
    CHECK(bench.counts.tokens == 0);
}

TEST_CASE("lark: a token that ends in mid-run is replaced, nothing is lost") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_members, R"({"kind":"expire_tokens"})", 60, 1);
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.list_departments());
    int complete = 0;
    for (const std::string& id : bench.ids) {
        bench.client.get_pages(
            {k_members, k_members, {{"department_id", id}}}, 50,
            [](Client::Data) {},
            [&](const std::optional<Failure>& failure) {
                complete += failure ? 0 : 1;
            });
    }
    bench.run();
    CHECK(complete == 160);
    CHECK(bench.counts.tokens == 2);
    CHECK(bench.counts.retries >= 1);
}

TEST_CASE("lark: a token that is always refused fails on the second time") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_scopes,
              R"({"kind":"error","code":99991663,"msg":"Invalid access"})");
    Bench bench{sandbox.url()};
    const auto failure = bench.ask_scopes();
    REQUIRE(failure);
    CHECK(failure->code == 99991663);
    CHECK(failure->error.kind() == Kind::denied);
    CHECK(bench.counts.retries == 1);
}

TEST_CASE("lark: a storm of rate limits is waited out, header or not") {
    for (const char* action :
         {R"({"kind":"rate_limit","reset":52})", R"({"kind":"rate_limit"})",
          R"({"kind":"rate_limit","status":400,"reset":1})"}) {
        CAPTURE(action);
        const Sandbox sandbox = company();
        add_fault(sandbox, k_children, action, 1, 6);
        Bench bench{sandbox.url()};
        const auto start = bench.clock.instant();
        CHECK_FALSE(bench.list_departments());
        CHECK(bench.ids.size() == 160);
        CHECK(bench.counts.limited == 6);
        CHECK(bench.counts.retries == 6);
        const auto waited = bench.clock.instant() - start;
        if (mentions(action, "52")) {
            CHECK(waited >= std::chrono::seconds{6 * 52});
            CHECK(waited <= std::chrono::seconds{6 * 54});
        }
    }
}

TEST_CASE("lark: a used-up quota is not asked again") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_scopes, R"({"kind":"quota"})");
    Bench bench{sandbox.url()};
    const auto failure = bench.ask_scopes();
    REQUIRE(failure);
    CHECK(failure->code == 99991403);
    CHECK(failure->http_status == 429);
    CHECK(failure->error.kind() == Kind::unavailable);
    CHECK(mentions(failure->error.hint(), "monthly"));
    CHECK(bench.counts.retries == 0);
    CHECK(bench.counts.limited == 0);
}

TEST_CASE("lark: a refused address is told with what to do") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_scopes, R"({"kind":"ip_denied"})");
    Bench bench{sandbox.url()};
    const auto failure = bench.ask_scopes();
    REQUIRE(failure);
    CHECK(failure->error.kind() == Kind::denied);
    CHECK(mentions(failure->error.what(), "is denied by app setting"));
    CHECK(mentions(failure->error.hint(), "allow-list"));
}

TEST_CASE("lark: a missing permission names the scopes to grant") {
    const Sandbox sandbox = company();
    sandbox.post("/_sandbox/permissions", R"({"deny_api":["contact"]})");
    Bench bench{sandbox.url()};
    const auto failure = bench.list_departments();
    REQUIRE(failure);
    CHECK(failure->code == 99991672);
    CHECK(failure->error.kind() == Kind::denied);
    CHECK(mentions(failure->error.what(), "missing scopes: contact:"));
    CHECK_THROWS_AS(check_access(bench.client, [] {}), errors::Error);
}

TEST_CASE("lark: an app that may read the directory passes the check") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    CHECK_NOTHROW(check_access(bench.client, [] {}));
}

TEST_CASE("lark: what tick throws ends the run, and a later one is whole") {
    test::HttpServer server{[](const test::HttpRequest&) {
        return test::Reply{.behaviour = test::Behaviour::hang};
    }};
    clock::FakeClock clock;
    const clock::Deadline deadline{clock};
    http::Client http{{}};
    Counts counts;
    {
        Client client{app_at(server.url()), http, clock, deadline, counts};
        client.get(
            {k_scopes, k_scopes, {}}, [](Client::Data) {},
            [](const Failure&) {});
        int ticks = 0;
        CHECK_THROWS_WITH(client.run([&] {
            if (++ticks > 1) {
                throw std::runtime_error{"stop"};
            }
        }),
                          "stop");
    }
    CHECK(http.in_flight() == 1);
    http.step(Duration{1});  // an answer to nobody must not be a crash
}

TEST_CASE("lark: the run's deadline ends it with a timeout") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_scopes, R"({"kind":"rate_limit","reset":100})");
    clock::FakeClock clock;
    const clock::Deadline deadline{clock, Duration{10'000}};
    http::Client http{{}};
    Counts counts;
    Client client{app_at(sandbox.url()), http, clock, deadline, counts};
    client.get(
        {k_scopes, k_scopes, {}}, [](Client::Data) {}, [](const Failure&) {});
    try {
        client.run([] {});
        FAIL("the run ended");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == Kind::timeout);
        CHECK(mentions(error.what(), "with 1 calls unanswered"));
    }
}

TEST_CASE("lark: the rate windows keep a real server's count") {
    const Sandbox sandbox = company({"--rate-per-second", "20"});
    lark::App app = app_at(sandbox.url());
    app.rate_per_second = 20;
    Counts counts;
    http::Client http{{}};
    const clock::Deadline deadline{clock::system_clock()};
    Client client{app, http, clock::system_clock(), deadline, counts};
    int answers = 0;
    for (int i = 0; i < 50; ++i) {
        client.get(
            {k_scopes, k_scopes, {}}, [&](Client::Data) { ++answers; },
            [](const Failure&) {});
    }
    client.run([] {});
    CHECK(answers == 50);
    CHECK(counts.limited == 0);
}
