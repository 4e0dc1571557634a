// The played OAuth endpoints and a client of them.
#pragma once

#include <map>

#include "lib/lark/oauth.hpp"
#include "tests/http/lark_bench.hpp"

namespace lark_batch::lark_test {

using lark::Grant;
using lark::GrantFailure;
using lark::GrantFault;

inline constexpr const char* k_oauth = "/open-apis/authen/v2/oauth/token";
inline constexpr const char* k_oauth_v3 = "/oauth/v3/token";
inline constexpr const char* k_user_info = "/open-apis/authen/v1/user_info";

inline lark::OAuthApp oauth_app_at(const std::string& url) {
    lark::OAuthApp app;
    app.name = "hr-portal";
    app.app_id = "cli_sandbox0000000";
    app.secret = text::Secret{"sandbox-secret"};
    app.base_url = url;
    app.accounts_url = url;
    app.rate_per_second = 0;
    app.rate_per_minute = 0;
    return app;
}

struct Outcome {
    std::optional<Grant> grant;
    std::optional<GrantFailure> failure;
};

// A clock whose waits take no time.
struct OAuthBench {
    explicit OAuthBench(const std::string& url)
        : OAuthBench(oauth_app_at(url)) {}
    explicit OAuthBench(lark::OAuthApp app, http::Settings settings = {})
        : http(std::move(settings)),
          deadline(clock),
          client(std::move(app), http, clock, deadline, counts) {}

    void queue_refresh(const std::string& token, Outcome& outcome) {
        client.refresh(
            text::Secret{token},
            [&](Grant&& grant) { outcome.grant = std::move(grant); },
            [&](const GrantFailure& why) { outcome.failure = why; });
    }
    Outcome refresh(const std::string& token) {
        Outcome outcome;
        queue_refresh(token, outcome);
        client.run([] {});
        return outcome;
    }
    Outcome exchange(lark::Authorization authorization) {
        Outcome outcome;
        client.exchange(
            std::move(authorization),
            [&](Grant&& grant) { outcome.grant = std::move(grant); },
            [&](const GrantFailure& why) { outcome.failure = why; });
        client.run([] {});
        return outcome;
    }
    // The open_id, or the failure's code as text.
    std::string who_is(const std::string& token) {
        std::string answer = "nothing";
        client.who_is(
            text::Secret{token},
            [&](const lark::Person& person) { answer = person.open_id; },
            [&](const Failure& why) {
                answer = std::to_string(why.code);
                error = why.error;
            });
        client.run([] {});
        return answer;
    }

    clock::FakeClock clock;
    http::Client http;
    clock::Deadline deadline;
    Counts counts;
    lark::OAuthClient client;
    std::optional<errors::Error> error;
};

struct Consent {
    std::string open_id;
    std::string access;
    std::string refresh;
};

inline std::vector<Consent> consents(const Sandbox& sandbox, int count = 1) {
    simdjson::dom::parser parser;
    const auto answer = parser.parse(sandbox.post(
        "/_sandbox/grants", R"({"count":)" + std::to_string(count) + "}"));
    std::vector<Consent> made;
    for (const simdjson::dom::element one : answer["grants"].get_array()) {
        made.push_back({std::string{std::string_view{one["open_id"]}},
                        std::string{std::string_view{one["access_token"]}},
                        std::string{std::string_view{one["refresh_token"]}}});
    }
    return made;
}

// How often each person's token was refreshed, and a used one presented.
struct Rotations {
    std::int64_t refreshed = 0;
    std::int64_t presented_again = 0;
};

inline Rotations rotations(const Sandbox& sandbox) {
    simdjson::dom::parser parser;
    const auto answer = parser.parse(sandbox.get("/_sandbox/grants"));
    Rotations sum;
    for (const simdjson::dom::element one : answer["grants"].get_array()) {
        sum.refreshed += std::int64_t{one["refreshed"]};
        sum.presented_again += std::int64_t{one["presented_again"]};
    }
    return sum;
}

}  // namespace lark_batch::lark_test
