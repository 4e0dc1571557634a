#include "tests/http/oauth_bench.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_test;

TEST_CASE("oauth: an access token tells whose it is") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    OAuthBench bench{sandbox.url()};
    CHECK(bench.who_is(consent.access) == consent.open_id);
    CHECK(bench.counts.tokens == 0);
}

TEST_CASE("oauth: a token or person that is refused is told by its code") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    OAuthBench bench{sandbox.url()};
    CHECK(bench.who_is("u-nonsense") == "20005");
    CHECK(mentions(bench.error->hint(), "refresh it"));
    for (const char* code : {"20008", "20021", "20022", "20023"}) {
        sandbox.post("/_sandbox/settings",
                     R"({"user_info_code":)" + std::string{code} + "}");
        CHECK(bench.who_is(consent.access) == code);
        CHECK(bench.error->kind() == Kind::denied);
        CHECK_FALSE(mentions(bench.error->what(), consent.access));
    }
    CHECK(bench.counts.retries == 0);
}

TEST_CASE("oauth: whose a token is can be asked again after trouble") {
    const Sandbox sandbox = company();
    const Consent consent = consents(sandbox).front();
    add_fault(sandbox, k_user_info,
              R"({"kind":"status","status":502,"html":true})", 0, 2);
    add_fault(sandbox, k_user_info, R"({"kind":"rate_limit","reset":1})", 2, 1);
    OAuthBench bench{sandbox.url()};
    CHECK(bench.who_is(consent.access) == consent.open_id);
    CHECK(bench.counts.retries == 3);
}

TEST_CASE("oauth: the consent page is asked with everything it needs") {
    lark::OAuthApp app = oauth_app_at("http://127.0.0.1:9");
    app.accounts_url = "https://accounts.feishu.cn/";
    OAuthBench bench{app};
    CHECK(bench.client.authorize_url("http://127.0.0.1:8000/cb?x=1",
                                     {"a:b", "offline_access"}, "s+/",
                                     "challenge") ==
          "https://accounts.feishu.cn/open-apis/authen/v1/authorize"
          "?client_id=cli_sandbox0000000"
          "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcb%3Fx%3D1"
          "&scope=a%3Ab%20offline_access&state=s%2B%2F"
          "&code_challenge=challenge&code_challenge_method=S256");
}

TEST_CASE("oauth: addresses and versions that cannot be are refused") {
    lark::OAuthApp app = oauth_app_at("http://127.0.0.1:9");
    app.version = "v4";
    CHECK_THROWS_WITH_AS(OAuthBench{app},
                         "oauth version 'v4' of app 'hr-portal' is unknown",
                         errors::Error);
    app = oauth_app_at("http://open.feishu.cn");
    CHECK_THROWS_AS(OAuthBench{app}, errors::Error);
}

// The promise is nine tenths of the windows' 50 calls a second.
TEST_CASE("oauth: refreshes fill the rate windows and never exceed them") {
    const Sandbox sandbox = company({"--latency-ms", "50"});
    const int count = 150;
    const auto made = consents(sandbox, count);
    sandbox.post("/_sandbox/settings", R"({"rate_per_second":50})");
    lark::OAuthApp app = oauth_app_at(sandbox.url());
    app.rate_per_second = 50;
    http::Client http{{}};
    Counts counts;
    const clock::Deadline deadline{clock::system_clock()};
    lark::OAuthClient client{app, http, clock::system_clock(), deadline,
                             counts};
    int refreshed = 0;
    const auto start = clock::system_clock().instant();
    for (const Consent& consent : made) {
        client.refresh(
            text::Secret{consent.refresh}, [&](Grant&&) { ++refreshed; },
            [](const GrantFailure&) {});
    }
    client.run([] {});
    // Three windows' worth: the third begins two windows after the first.
    const auto took = clock::system_clock().instant() - start;
    CHECK(refreshed == count);
    CHECK(counts.limited == 0);
    CHECK(counts.attempts == count);
    CHECK(took >= std::chrono::seconds{2});
    CHECK(took <= std::chrono::milliseconds{3'000 * 10 / 9});
}

TEST_CASE("oauth: a caller that holds work back is told when there is room") {
    const Sandbox sandbox = company();
    const auto made = consents(sandbox, 30);
    lark::OAuthApp app = oauth_app_at(sandbox.url());
    app.rate_per_second = 5;
    http::Settings settings;
    settings.max_connections = 4;
    OAuthBench bench{app, settings};
    CHECK(bench.client.room() == 4);  // connections
    std::size_t next = 0;
    int refreshed = 0;
    while (refreshed < 12) {
        for (auto room = bench.client.room(); room > 0; --room) {
            bench.client.refresh(
                text::Secret{made[next++].refresh},
                [&](Grant&&) { ++refreshed; }, [](const GrantFailure&) {});
        }
        bench.client.advance();
        CHECK(bench.client.next_start() == clock::Instant::max());
        if (bench.http.in_flight() > 0) {
            bench.http.step(Duration{1'000});
            continue;
        }
        const auto when = bench.client.next_room();
        REQUIRE(when != clock::Instant::max());
        REQUIRE(when > bench.clock.instant());
        bench.clock.sleep(
            std::chrono::ceil<Duration>(when - bench.clock.instant()));
    }
    CHECK(bench.client.open() <= 3);
    CHECK(bench.clock.instant() >=
          clock::Instant{std::chrono::milliseconds{2 * 1'020}});
}
