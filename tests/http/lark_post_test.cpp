#include "tests/http/lark_bench.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_test;

namespace {

constexpr const char* k_messages = "/open-apis/im/v1/messages";

std::string body_for(const std::string& receiver, const std::string& uuid) {
    return R"({"receive_id":")" + receiver +
           R"(","msg_type":"text","content":"{\"text\":\"hi\"}","uuid":")" +
           uuid + R"("})";
}

struct Sent {
    std::string message_id;
    std::optional<Failure> failure;
};

Sent send(Bench& bench, const std::string& receiver,
          const std::string& uuid = "uuid-1") {
    Sent sent;
    lark::Call call{k_messages, k_messages, {{"receive_id_type", "chat_id"}}};
    call.body = body_for(receiver, uuid);
    bench.client.post(
        std::move(call),
        [&](Client::Data data) {
            sent.message_id = std::string_view{data["message_id"]};
        },
        [&](const Failure& failure) { sent.failure = failure; });
    bench.run();
    return sent;
}

std::int64_t messages(const Sandbox& sandbox) {
    simdjson::dom::parser parser;
    return parser.parse(sandbox.get("/_sandbox/stats"))["messages"];
}

}  // namespace

TEST_CASE("lark post: a message arrives with its body, as JSON") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    const Sent sent = send(bench, "oc_team");
    CHECK_FALSE(sent.failure);
    CHECK(sent.message_id.starts_with("om_"));
    CHECK(messages(sandbox) == 1);
    const std::string seen =
        sandbox.get(std::string{"/_sandbox/requests?path="} + k_messages);
    CHECK(mentions(seen, R"("method":"POST")"));
    CHECK(mentions(seen, "application/json; charset=utf-8"));
}

TEST_CASE("lark post: a lost answer is asked for again, one message is sent") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_messages, R"({"kind":"lost_answer"})", 0, 1);
    Bench bench{sandbox.url()};
    const Sent sent = send(bench, "oc_team");
    CHECK_FALSE(sent.failure);
    CHECK(sent.message_id.starts_with("om_"));
    CHECK(bench.counts.retries == 1);
    CHECK(messages(sandbox) == 1);
}

TEST_CASE("lark post: a message in flight is waited for") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    const Sent first = send(bench, "oc_team");
    sandbox.post("/_sandbox/settings", R"({"message_in_flight":2})");
    const Sent again = send(bench, "oc_team");
    CHECK_FALSE(again.failure);
    CHECK(again.message_id == first.message_id);
    CHECK(bench.counts.retries == 2);
}

TEST_CASE("lark post: a rate limit is waited out") {
    const Sandbox sandbox = company();
    add_fault(sandbox, k_messages,
              R"({"kind":"error","status":400,"code":230020,"msg":"limited"})",
              0, 2);
    Bench bench{sandbox.url()};
    CHECK_FALSE(send(bench, "oc_team").failure);
    CHECK(bench.counts.limited == 2);
}

TEST_CASE("lark post: a refusal names method, API and what to do") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    const Sent sent = send(bench, "oc_foreign_chat");
    REQUIRE(sent.failure);
    CHECK(sent.failure->code == 230002);
    CHECK(sent.failure->error.kind() == Kind::denied);
    CHECK(mentions(sent.failure->error.what(),
                   "app 'hr-portal': POST /open-apis/im/v1/messages was "
                   "refused with code 230002"));
    CHECK(mentions(sent.failure->error.hint(), "bot to the chat"));
    CHECK(bench.counts.retries == 0);
}

TEST_CASE("lark post: the body survives a token that is renewed meanwhile") {
    const Sandbox sandbox = company();
    Bench bench{sandbox.url()};
    CHECK_FALSE(send(bench, "oc_team").failure);
    add_fault(sandbox, k_messages, R"({"kind":"expire_tokens"})", 0, 1);
    CHECK_FALSE(send(bench, "oc_team", "uuid-2").failure);
    CHECK(bench.counts.tokens == 2);
    CHECK(messages(sandbox) == 2);
}
