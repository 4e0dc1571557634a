#include "tests/http/lark_bench.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_test;

TEST_CASE("lark: answers cut off, reset, or not JSON are asked for again") {
    for (const char* action :
         {R"({"kind":"truncate"})", R"({"kind":"reset"})",
          R"({"kind":"lost_answer"})", R"({"kind":"not_json"})",
          R"({"kind":"status","status":503,"html":true})",
          R"({"kind":"error","code":40003})"}) {
        CAPTURE(action);
        const Sandbox sandbox = company();
        add_fault(sandbox, k_children, action, 1, 2);
        Bench bench{sandbox.url()};
        CHECK_FALSE(bench.list_departments());
        CHECK(bench.ids.size() == 160);
        CHECK(bench.counts.retries >= 1);
    }
}

TEST_CASE("lark: a server that stays in trouble is given up after five") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_children,
              R"({"kind":"status","status":503,"html":true})", 2);
    Bench bench{sandbox.url()};
    const auto failure = bench.list_departments();
    REQUIRE(failure);
    CHECK(failure->http_status == 503);
    CHECK(failure->error.kind() == Kind::unavailable);
    CHECK(mentions(failure->error.what(), "HTTP 503"));
    CHECK(mentions(failure->error.what(), "after 5 attempts"));
    CHECK(mentions(failure->error.what(), "log id"));
    CHECK(bench.ends == 1);
    CHECK(bench.pages == 2);
}

TEST_CASE("lark: a chain that loops is a failed chain") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_children, R"({"kind":"page_loop"})", 1);
    Bench bench{sandbox.url()};
    const auto failure = bench.list_departments();
    REQUIRE(failure);
    CHECK(mentions(failure->error.what(), "a page token came twice"));
    CHECK(bench.ends == 1);
}

TEST_CASE("lark: has_more without a page token is a failed chain") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_children, R"({"kind":"short_chain","drop":false})", 1);
    Bench bench{sandbox.url()};
    const auto failure = bench.list_departments();
    REQUIRE(failure);
    CHECK(mentions(failure->error.what(), "no page token came"));
}

TEST_CASE("lark: an empty page with has_more goes on") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_children, R"({"kind":"empty_page"})", 1, 1);
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.list_departments());
    CHECK(bench.ids.size() == 160);
    CHECK(bench.pages == 5);
}

TEST_CASE("lark: a stale page token starts the chain again, once") {
    const std::string stale =
        R"({"kind":"error","code":40012,"msg":"page token invalid"})";
    const Sandbox sandbox = company();
    add_fault(sandbox, k_children, stale, 2, 1);
    Bench bench{sandbox.url()};
    CHECK_FALSE(bench.list_departments());
    CHECK(bench.ids.size() == 160);
    CHECK(bench.pages == 2 + 4);

    const Sandbox stubborn = company();
    add_fault(stubborn, k_children, stale, 2, 1);
    add_fault(stubborn, k_children, stale, 5, 1);
    Bench second{stubborn.url()};
    const auto failure = second.list_departments();
    REQUIRE(failure);
    CHECK(failure->code == 40012);
}

TEST_CASE("lark: a server that is not there is unavailable") {
    Bench bench{"http://127.0.0.1:1"};
    const auto failure = bench.ask_scopes();
    REQUIRE(failure);
    CHECK(failure->error.kind() == Kind::unavailable);
    CHECK(failure->http_status == 0);
    CHECK(mentions(failure->error.what(), "got no answer after 5 attempts"));
}

TEST_CASE("lark: a wrong base URL is a mistake of the configuration") {
    lark::App app = app_at("http://open.feishu.cn");
    CHECK_THROWS_WITH_AS(
        Bench(app, {}),
        "base_url of app 'hr-portal' 'http://open.feishu.cn' must be https: "
        "plain http is for loopback only",
        errors::Error);
}
