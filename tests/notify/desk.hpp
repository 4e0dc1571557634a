// Senders at work: a clock that waits for nothing, the played Lark API, and
// parcels to send.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/notify/sender.hpp"
#include "tests/http/lark_bench.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/unit/notify/samples.hpp"

namespace lark_batch::notify::test {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using lark_batch::test::Sandbox;

// What must be in no error: parts of addresses, keys and passwords.
inline constexpr const char* k_planted = "hunter2";

// 2026-11-22T02:15:40Z
inline constexpr clock::WallTime k_now{clock::Duration{1'795'313'740'000}};

struct Desk {
    explicit Desk(const std::string& api_url = "http://127.0.0.1:1",
                  http::Settings settings = {})
        : http(std::move(settings)), api(api_url) {}

    Courier courier() {
        return {http, clock, deadline,
                [this](const std::string& app) -> lark::Client& {
                    return client(app);
                },
                [this] {
                    clock.advance(clock_leaps);
                    on_tick();
                }};
    }
    lark::Client& client(const std::string& app) {
        if (app == unknown_app) {
            throw errors::Error{errors::Kind::config,
                                "no app is named '" + app + "'"};
        }
        auto& known = clients[app];
        if (!known) {
            lark::App settings = lark_test::app_at(api);
            settings.name = app;
            known = std::make_unique<lark::Client>(settings, http, clock,
                                                   deadline, counts);
        }
        return *known;
    }

    // The machine's time, for signatures; waiting moves it on.
    clock::FakeClock clock{clock::system_clock().now()};
    clock::Deadline deadline{clock};
    http::Client http;
    std::string api;
    lark_test::Counts counts;
    std::map<std::string, std::unique_ptr<lark::Client>> clients;
    std::function<void()> on_tick = [] {};
    std::string unknown_app;
    // How far each tick moves the time.
    clock::Duration clock_leaps{0};
};

inline config::ChannelSettings channel_of(const std::string& kind) {
    config::ChannelSettings channel;
    channel.name = "ops";
    channel.kind = kind;
    channel.language = "en";
    return channel;
}

inline std::vector<Parcel> parcels_of(const std::vector<Digest>& digests) {
    std::vector<Parcel> all;
    for (const auto& digest : digests) {
        all.push_back({{digest}});
    }
    return all;
}

// Sends one digest; what went wrong, if anything did.
inline std::optional<errors::Error> send_one(Sender& sender,
                                             const Digest& digest) {
    auto parcels = parcels_of({digest});
    sender.send(parcels);
    CHECK(parcels[0].done() == !parcels[0].failure);
    if (parcels[0].failure) {
        CHECK_FALSE(has(parcels[0].failure->what(), k_planted));
        CHECK_FALSE(has(parcels[0].failure->hint(), k_planted));
    }
    return parcels[0].failure;
}

inline long long messages_of(const Sandbox& sandbox) {
    simdjson::dom::parser parser;
    return std::int64_t{
        parser.parse(sandbox.get("/_sandbox/stats"))["messages"]};
}

}  // namespace lark_batch::notify::test
