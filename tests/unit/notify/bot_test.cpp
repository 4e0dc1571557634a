#include "lib/notify/bot.hpp"

#include "tests/unit/notify/samples.hpp"

using namespace lark_batch::notify;
using namespace lark_batch::notify::test;

TEST_CASE("bot: a receiver's form says of which kind the id is") {
    CHECK(receive_id_type("oc_5ce6d5") == "chat_id");
    CHECK(receive_id_type("ou_5ce6d5") == "open_id");
    CHECK(receive_id_type("on_5ce6d5") == "union_id");
    CHECK(receive_id_type("zhang@example.com") == "email");
    CHECK(receive_id_type("e33ggbyz") == "user_id");
}

TEST_CASE("bot: the card is a string of JSON, and the uuid is short") {
    const Digest digest = digest_of({entry_of("a")});
    const std::string body = bot_body(digest, "oc_1");
    CHECK(has(body, R"("receive_id":"oc_1","msg_type":"interactive")"));
    CHECK(has(body, R"("content":"{\"schema\":\"2.0\")"));
    CHECK(between(body, R"("uuid":")", "\"") == digest.id());
    CHECK(digest.id().size() <= 50);
}
