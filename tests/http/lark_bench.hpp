// The played Lark API and a client of it, for the tests of lib/lark.
#pragma once

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "lib/lark/access.hpp"
#include "lib/lark/client.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/sandbox.hpp"

namespace lark_batch::lark_test {

using clock::Duration;
using errors::Kind;
using lark::Client;
using lark::Failure;
using test::Sandbox;

inline constexpr const char* k_scopes = "/open-apis/contact/v3/scopes";
inline constexpr const char* k_children =
    "/open-apis/contact/v3/departments/:department_id/children";
inline constexpr const char* k_members =
    "/open-apis/contact/v3/users/find_by_department";
inline constexpr const char* k_token_path = "/open-apis/auth/";

struct Counts : lark::Observer {
    void attempt(const std::string&, const std::string&, int,
                 std::chrono::microseconds) override {
        ++attempts;
    }
    void retry() override { ++retries; }
    void rate_limited() override { ++limited; }
    void token_fetched() override { ++tokens; }
    void token_retried() override { ++retried_tokens; }
    void token_failed() override { ++failed_tokens; }

    int attempts = 0;
    int retries = 0;
    int limited = 0;
    int tokens = 0;
    int retried_tokens = 0;
    int failed_tokens = 0;
};

inline lark::App app_at(const std::string& url) {
    lark::App app;
    app.name = "hr-portal";
    app.app_id = "cli_sandbox0000000";
    app.secret = text::Secret{"sandbox-secret"};
    app.base_url = url;
    app.rate_per_second = 0;
    app.rate_per_minute = 0;
    return app;
}

// A clock whose waits take no time, so that back-off costs the test nothing.
struct Bench {
    explicit Bench(const std::string& url)
        : Bench(app_at(url), http::Settings{}) {}
    Bench(lark::App app, http::Settings settings)
        : http(std::move(settings)),
          deadline(clock),
          client(std::move(app), http, clock, deadline, counts) {}

    void run() {
        client.run([] {});
    }

    // One call of the contact scope.
    std::optional<Failure> ask_scopes() {
        std::optional<Failure> failure;
        client.get(
            {k_scopes, k_scopes, {{"page_size", "1"}}},
            [this](Client::Data) { ++answers; },
            [&](const Failure& why) { failure = why; });
        run();
        return failure;
    }

    // The chain of all departments, ids collected.
    std::optional<Failure> list_departments() {
        std::optional<Failure> failure;
        client.get_pages(
            {k_children,
             "/open-apis/contact/v3/departments/0/children",
             {{"fetch_child", "true"}}},
            50, [this](Client::Data data) { collect(data); },
            [&](const std::optional<Failure>& why) {
                ++ends;
                failure = why;
            });
        run();
        return failure;
    }

    void collect(Client::Data data) {
        ++pages;
        simdjson::dom::array items;
        if (data["items"].get(items) != simdjson::SUCCESS) {
            return;
        }
        for (const simdjson::dom::element item : items) {
            const std::string_view id = item["open_department_id"];
            ids.emplace(id);
        }
    }

    clock::FakeClock clock;
    http::Client http;
    clock::Deadline deadline;
    Counts counts;
    Client client;
    std::set<std::string> ids;
    int answers = 0;
    int pages = 0;
    int ends = 0;
};

inline Sandbox company(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"--users", "600", "--departments",
                                       "160"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Sandbox{arguments};
}

inline void add_fault(const Sandbox& sandbox, const std::string& path,
                      const std::string& action, int after = 0, int times = 0) {
    sandbox.post("/_sandbox/faults",
                 R"({"match":{"path":")" + path + R"("},"after":)" +
                     std::to_string(after) + R"(,"times":)" +
                     std::to_string(times) + R"(,"action":)" + action + "}");
}

inline bool mentions(const std::string& message, const std::string& words) {
    return message.find(words) != std::string::npos;
}

}  // namespace lark_batch::lark_test
