#include "lib/notify/webhook.hpp"

#include <atomic>

#include "tests/notify/desk.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using errors::Kind;

namespace {

std::optional<errors::Error> tell(Desk& desk, const HttpServer& server,
                                  const std::string& bearer = "") {
    auto channel = channel_of("webhook");
    channel.url = text::Secret{server.url() + "/in?token=hunter2"};
    channel.bearer = text::Secret{bearer};
    WebhookSender sender{channel, desk.courier()};
    return send_one(sender, digest_of({entry_of("a")}));
}

errors::Error refusal(int status, std::size_t requests = 1) {
    const HttpServer server{[status](const HttpRequest&) {
        return Reply{status, {}, "hunter2"};
    }};
    Desk desk;
    const auto failure = tell(desk, server, "hunter2");
    CHECK(server.requests().size() == requests);
    return failure.value_or(errors::Error{Kind::bug, "accepted"});
}

}  // namespace

TEST_CASE("webhook: the object arrives, with the token and an id") {
    const HttpServer server{[](const HttpRequest&) {
        return Reply{202, {}, ""};
    }};
    Desk desk;
    CHECK_FALSE(tell(desk, server, "hunter2"));
    const auto requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/in?token=hunter2");
    CHECK(requests[0].header("authorization") == "Bearer hunter2");
    CHECK(requests[0].header("content-type") ==
          "application/json; charset=utf-8");
    CHECK(requests[0].header("idempotency-key") ==
          digest_of({entry_of("a")}).id());
    simdjson::dom::parser parser;
    const auto object = parser.parse(requests[0].body);
    CHECK(std::int64_t{object["schema_version"]} == 1);
    CHECK(std::string_view{object["entries"].at(0)["topic"]} == "a");
}

TEST_CASE("webhook: anything but a 2xx is no acceptance") {
    CHECK(refusal(401).kind() == Kind::denied);
    CHECK(refusal(403).kind() == Kind::denied);
    CHECK(refusal(404).kind() == Kind::failed);
    CHECK(refusal(301).kind() == Kind::unavailable);
    CHECK(refusal(429, 2).kind() == Kind::unavailable);
    CHECK(refusal(503, 2).kind() == Kind::unavailable);
    CHECK(std::string{refusal(503, 2).what()} ==
          "the webhook was answered with HTTP 503");
}

TEST_CASE("webhook: what may pass soon is tried once more, after a pause") {
    std::atomic<int> count{0};
    const HttpServer server{[&count](const HttpRequest&) {
        return Reply{++count == 1 ? 503 : 200, {}, ""};
    }};
    Desk desk;
    const auto before = desk.clock.instant();
    CHECK_FALSE(tell(desk, server));
    CHECK(count == 2);
    CHECK(desk.clock.instant() > before);
    const auto requests = server.requests();
    CHECK(requests[0].header("idempotency-key") ==
          requests[1].header("idempotency-key"));
}

TEST_CASE("webhook: a stop waits for the answer that is on its way") {
    const HttpServer server{[](const HttpRequest&) {
        Reply reply{200, {}, ""};
        reply.delay = lark_batch::test::Milliseconds{300};
        return reply;
    }};
    Desk desk;
    int ticks = 0;
    desk.on_tick = [&ticks] {
        if (++ticks > 1) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    CHECK_FALSE(tell(desk, server));
    CHECK(ticks > 1);
}

TEST_CASE("webhook: a stop does not wait for ever") {
    const HttpServer server{[](const HttpRequest&) {
        Reply reply;
        reply.behaviour = lark_batch::test::Behaviour::hang;
        return reply;
    }};
    Desk desk;
    desk.clock_leaps = clock::Duration{5'000};
    int ticks = 0;
    desk.on_tick = [&ticks] {
        if (++ticks > 1) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    const auto failure = tell(desk, server);
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::stopped);
}

TEST_CASE("webhook: a server that hangs is given up in time") {
    const HttpServer server{[](const HttpRequest&) {
        Reply reply;
        reply.behaviour = lark_batch::test::Behaviour::hang;
        return reply;
    }};
    http::Settings settings;
    settings.total_timeout = clock::Duration{100};
    Desk desk{"http://127.0.0.1:1", settings};
    const auto failure = tell(desk, server);
    REQUIRE(failure);
    CHECK(has(failure->what(), "the webhook got no answer"));
}
