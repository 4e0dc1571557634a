#include "lib/notify/hook.hpp"

#include "tests/notify/desk.hpp"
#include "tests/support/ports.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using errors::Kind;

namespace {

constexpr const char* k_path = "/open-apis/bot/v2/hook/sandbox-hunter2";
// As in the sandbox's statistics.
constexpr const char* k_template = "/open-apis/bot/v2/hook/";

config::ChannelSettings hook_at(const std::string& url,
                                const std::string& key = "") {
    auto channel = channel_of("lark_webhook");
    channel.url = text::Secret{url};
    channel.sign = text::Secret{key};
    return channel;
}

std::optional<errors::Error> tell(Desk& desk, const std::string& url,
                                  const std::string& key = "") {
    HookSender sender{hook_at(url, key), desk.courier()};
    return send_one(sender, digest_of({entry_of("a")}));
}

void set(const Sandbox& sandbox, const std::string& settings) {
    sandbox.post("/_sandbox/settings", settings);
}

}  // namespace

TEST_CASE("hook: a signed card is accepted") {
    const Sandbox sandbox;
    set(sandbox, R"({"webhook_secret":"hunter2"})");
    Desk desk;
    CHECK_FALSE(tell(desk, sandbox.url() + k_path, "hunter2"));
    CHECK(messages_of(sandbox) == 1);
}

TEST_CASE("hook: HTTP 200 with an error in the body is an error") {
    const Sandbox sandbox;
    Desk desk;
    const std::string url = sandbox.url() + k_path;
    const auto refused = [&](const std::string& settings,
                             const std::string& address) {
        set(sandbox, settings);
        const auto failure = tell(desk, address);
        CHECK(failure);
        return failure ? std::string{failure->what()} : "";
    };
    CHECK(has(refused(R"({"webhook_secret":"x"})", url), "code 19021"));
    CHECK(has(refused(R"({"webhook_secret":"","webhook_keyword":"zz"})", url),
              "code 19024"));
    CHECK(
        has(refused(R"({"webhook_keyword":"","webhook_ip_denied":true})", url),
            "code 19022"));
    CHECK(has(refused(R"({"webhook_ip_denied":false})",
                      sandbox.url() + "/open-apis/bot/v2/hook/hunter2"),
              "code 19001"));
    CHECK(messages_of(sandbox) == 0);
}

TEST_CASE("hook: too fast is waited out") {
    const Sandbox sandbox;
    lark_test::add_fault(
        sandbox, k_template,
        R"({"kind":"error","status":200,"code":11232,"msg":"frequency"})", 0,
        3);
    Desk desk;
    const auto before = desk.clock.instant();
    CHECK_FALSE(tell(desk, sandbox.url() + k_path));
    CHECK(messages_of(sandbox) == 1);
    CHECK(desk.clock.instant() > before);
}

TEST_CASE("hook: too fast for too long is left to the next run") {
    const Sandbox sandbox;
    lark_test::add_fault(
        sandbox, k_template,
        R"({"kind":"error","status":200,"code":11232,"msg":"frequency"})");
    Desk desk;
    const auto failure = tell(desk, sandbox.url() + k_path);
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::unavailable);
    CHECK(has(failure->what(), "11232"));
}

TEST_CASE("hook: no more than five in a second, whatever there is to say") {
    HttpServer server{[](const HttpRequest&) {
        return Reply{200, {}, R"({"code":0,"msg":"success"})"};
    }};
    Desk desk;
    std::vector<clock::Instant> begins;
    HookSender sender{hook_at(server.url() + "/hunter2"), desk.courier()};
    for (int count = 0; count < 11; ++count) {
        CHECK_FALSE(send_one(sender, digest_of({entry_of("a")})));
        begins.push_back(desk.clock.instant());
    }
    CHECK(begins[5] - begins[0] >= std::chrono::seconds{1});
    CHECK(begins[10] - begins[5] >= std::chrono::seconds{1});
    CHECK(server.requests().size() == 11);
}

TEST_CASE("hook: parts stay below twenty thousand bytes") {
    const Sandbox sandbox;
    Desk desk;
    HookSender sender{hook_at(sandbox.url() + k_path), desk.courier()};
    std::vector<Entry> entries;
    entries.reserve(200);
    for (int number = 0; number < 200; ++number) {
        entries.push_back(
            entry_of(std::to_string(number) + std::string(300, '*')));
    }
    std::vector<Parcel> parcels{{split(digest_of(entries), sender.measure())}};
    REQUIRE(parcels[0].parts.size() > 4);
    for (const auto& part : parcels[0].parts) {
        CHECK(hook_body(part, "1700000000", {}).size() <= 20'000);
    }
    set(sandbox, R"({"webhook_limits":false})");
    sender.send(parcels);
    CHECK(parcels[0].done());
}

TEST_CASE("hook: nobody there is tried again, and then given up") {
    Desk desk;
    const auto failure = tell(
        desk, "http://127.0.0.1:" +
                  std::to_string(lark_batch::test::free_port()) + "/hunter2");
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::unavailable);
    CHECK(has(failure->what(), "the hook got no answer"));
}

TEST_CASE("hook: a lost answer is not sent again, hooks know no ids") {
    HttpServer server{[](const HttpRequest&) {
        Reply reply;
        reply.behaviour = lark_batch::test::Behaviour::reset;
        return reply;
    }};
    Desk desk;
    const auto failure = tell(desk, server.url() + "/hunter2");
    REQUIRE(failure);
    CHECK(failure->kind() == Kind::unavailable);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("hook: waiting ends with the run's time") {
    const Sandbox sandbox;
    lark_test::add_fault(
        sandbox, k_template,
        R"({"kind":"error","status":200,"code":11232,"msg":"frequency"})");
    Desk desk;
    desk.deadline = clock::Deadline{desk.clock, clock::Duration{300}};
    const auto failure = tell(desk, sandbox.url() + k_path);
    REQUIRE(failure);
    CHECK((failure->kind() == Kind::timeout ||
           failure->kind() == Kind::unavailable));
    CHECK(desk.deadline.passed());
}
