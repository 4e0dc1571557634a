#include "lib/notify/bot.hpp"

#include <atomic>

#include "tests/notify/desk.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using errors::Kind;

namespace {

constexpr const char* k_messages = "/open-apis/im/v1/messages";

config::ChannelSettings bot(const std::string& to,
                            const std::string& app = "hr") {
    auto channel = channel_of("lark_bot");
    channel.to = {to};
    channel.app = app;
    return channel;
}

std::string some_person(const Sandbox& sandbox) {
    return between(sandbox.get("/_sandbox/company?list=users"),
                   R"("open_id":")", "\"");
}

std::vector<Entry> long_entries(int count) {
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        entries.push_back(
            entry_of(std::to_string(number) + " " + std::string(400, '"')));
    }
    return entries;
}

}  // namespace

TEST_CASE("bot: a chat and a person get their cards") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender chat{bot("oc_ops"), desk.courier()};
    CHECK_FALSE(send_one(chat, digest_of({entry_of("a")})));
    BotSender person{bot(some_person(sandbox)), desk.courier()};
    CHECK_FALSE(send_one(person, digest_of({entry_of("b")})));
    CHECK(messages_of(sandbox) == 2);
}

TEST_CASE("bot: the person concerned is the receiver, app by app") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("person", ""), desk.courier()};
    std::vector<Digest> digests;
    for (int number = 0; number < 60; ++number) {
        auto digest = digest_of({entry_of(std::to_string(number))});
        digest.app = number % 2 == 0 ? "hr" : "it";
        digest.person = some_person(sandbox);
        digests.push_back(digest);
    }
    digests[3].person = "ou_nobody";
    auto parcels = parcels_of(digests);
    sender.send(parcels);
    CHECK(messages_of(sandbox) == 59);
    CHECK(desk.clients.size() == 2);
    for (std::size_t at = 0; at < parcels.size(); ++at) {
        CHECK(parcels[at].done() == (at != 3));
    }
    REQUIRE(parcels[3].failure);
    CHECK(has(parcels[3].failure->what(), "230034"));
    CHECK(parcels[3].undeliverable);
    CHECK(parcels[3].reach == Reach::digest);
}

TEST_CASE("bot: a chosen receiver who is not there is a failure") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("ou_nobody"), desk.courier()};
    auto parcels = parcels_of({digest_of({entry_of("a")})});
    sender.send(parcels);
    REQUIRE(parcels[0].failure);
    CHECK_FALSE(parcels[0].undeliverable);
}

TEST_CASE("bot: five messages a second to one receiver, others need not wait") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    std::vector<Digest> digests;
    for (int number = 0; number < 11; ++number) {
        digests.push_back(digest_of({entry_of(std::to_string(number))}));
    }
    auto parcels = parcels_of(digests);
    const auto before = desk.clock.instant();
    sender.send(parcels);
    CHECK(messages_of(sandbox) == 11);
    CHECK(desk.clock.instant() - before >= std::chrono::seconds{2});
    BotSender other{bot("oc_other"), desk.courier()};
    const auto then = desk.clock.instant();
    CHECK_FALSE(send_one(other, digests[0]));
    CHECK(desk.clock.instant() == then);
}

TEST_CASE("bot: a refused app is that app's matter, or the channel's") {
    const Sandbox sandbox;
    lark_test::add_fault(
        sandbox, k_messages,
        R"({"kind":"error","status":400,"code":230006,"msg":"bot off"})");
    Desk desk{sandbox.url()};
    const auto reach = [&desk](const std::string& app) {
        BotSender sender{bot("oc_ops", app), desk.courier()};
        auto parcels = parcels_of({digest_of({entry_of("a")})});
        sender.send(parcels);
        return parcels[0].reach;
    };
    CHECK(reach("") == Reach::app);
    CHECK(reach("hr") == Reach::channel);
}

TEST_CASE("bot: without an app nobody can speak") {
    Desk desk;
    BotSender sender{bot("oc_ops", ""), desk.courier()};
    auto digest = digest_of({entry_of("a")});
    digest.app = "";
    const auto failure = send_one(sender, digest);
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::config);
    CHECK(has(failure->hint(), "give channel 'ops' an 'app'"));
}

TEST_CASE("bot: the same digest is one message, however often it is sent") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    const auto digest = digest_of({entry_of("a")});
    BotSender first{bot("oc_ops"), desk.courier()};
    CHECK_FALSE(send_one(first, digest));
    BotSender after_a_crash{bot("oc_ops"), desk.courier()};
    CHECK_FALSE(send_one(after_a_crash, digest));
    CHECK(messages_of(sandbox) == 1);
}

TEST_CASE("bot: an answer that was lost is asked for again, not doubled") {
    const Sandbox sandbox;
    lark_test::add_fault(sandbox, k_messages, R"({"kind":"lost_answer"})", 0,
                         1);
    sandbox.post("/_sandbox/settings", R"({"message_in_flight":2})");
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    CHECK_FALSE(send_one(sender, digest_of({entry_of("a")})));
    CHECK(messages_of(sandbox) == 1);
    CHECK(desk.counts.retries == 3);
}

TEST_CASE("bot: a long digest arrives in parts below the limit") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    std::vector<Parcel> parcels{
        {split(digest_of(long_entries(100)), sender.measure())}};
    REQUIRE(parcels[0].parts.size() > 2);
    sender.send(parcels);
    CHECK(parcels[0].done());
    CHECK(messages_of(sandbox) ==
          static_cast<long long>(parcels[0].parts.size()));
}

TEST_CASE("bot: a chat without the bot is told as such") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_foreign"), desk.courier()};
    const auto failure = send_one(sender, digest_of({entry_of("a")}));
    REQUIRE(failure);
    CHECK(has(failure->what(), "230002"));
    CHECK(messages_of(sandbox) == 0);
}

TEST_CASE("bot: before a stop there is nothing to wait for") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    desk.on_tick = [] {
        throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
    };
    const auto failure = send_one(sender, digest_of({entry_of("a")}));
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::stopped);
    CHECK(messages_of(sandbox) == 0);
}

TEST_CASE("bot: a stop waits for the answers on their way, not for parts") {
    const Sandbox sandbox;
    Desk desk{sandbox.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    int ticks = 0;
    // The first is before anything has begun.
    desk.on_tick = [&ticks] {
        if (++ticks > 1) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    std::vector<Parcel> parcels{
        {split(digest_of(long_entries(100)), sender.measure())}};
    REQUIRE(parcels[0].parts.size() > 2);
    sender.send(parcels);
    CHECK(parcels[0].accepted == 1);
    REQUIRE(parcels[0].failure);
    CHECK(parcels[0].failure->kind() == Kind::stopped);
    CHECK(messages_of(sandbox) == 1);
}

TEST_CASE("bot: patience ends, and late answers do no harm") {
    std::atomic<bool> hangs{true};
    HttpServer server{[&hangs](const HttpRequest& request) {
        if (has(request.target, "tenant_access_token")) {
            return Reply{200,
                         {},
                         R"({"code":0,"tenant_access_token":"t-1",)"
                         R"("expire":7200})"};
        }
        Reply reply{200, {}, R"({"code":0,"data":{}})"};
        reply.delay = lark_batch::test::Milliseconds{hangs ? 1000 : 0};
        return reply;
    }};
    Desk desk{server.url()};
    BotSender sender{bot("oc_ops"), desk.courier()};
    desk.on_tick = [&] {
        if (server.requests().size() > 1) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    auto parcels = parcels_of({digest_of({entry_of("a")})});
    desk.clock_leaps = clock::Duration{5'000};
    sender.send(parcels);
    REQUIRE(parcels[0].failure);
    CHECK(parcels[0].failure->kind() == Kind::stopped);
    CHECK(parcels[0].accepted == 0);
    hangs = false;
    desk.clock_leaps = clock::Duration{0};
    desk.on_tick = [] {};
    CHECK_FALSE(send_one(sender, digest_of({entry_of("b")})));
    CHECK(parcels[0].accepted == 0);
}
