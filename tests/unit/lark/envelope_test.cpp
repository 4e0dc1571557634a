#include "lib/lark/envelope.hpp"

#include <doctest/doctest.h>

using lark_batch::lark::Envelope;
using lark_batch::lark::read_envelope;

TEST_CASE("envelope: data is handed over, and the whole answer without one") {
    simdjson::dom::parser parser;
    Envelope envelope =
        read_envelope(parser, R"({"code":0,"msg":"success","data":{"x":7}})");
    REQUIRE(envelope.valid);
    CHECK(std::int64_t{envelope.data["x"]} == 7);

    envelope = read_envelope(parser, R"({"code":0,"msg":"ok","bot":{"y":8}})");
    REQUIRE(envelope.valid);
    CHECK(std::int64_t{envelope.data["bot"]["y"]} == 8);
}

TEST_CASE("envelope: what is no frame is not valid and throws nothing") {
    simdjson::dom::parser parser;
    for (const char* body : {"", "404 page not found", "<html>503</html>", "[]",
                             "7", "null", R"({"code":0,"data":{"items":[)",
                             R"({"msg":"no code"})", R"({"code":"0"})"}) {
        CAPTURE(body);
        CHECK_FALSE(read_envelope(parser, body).valid);
    }
}

TEST_CASE("envelope: the error object names scopes, fields and the log id") {
    simdjson::dom::parser parser;
    const Envelope envelope = read_envelope(parser, R"({
        "code":99991672,"msg":"Access denied.",
        "error":{"log_id":"2026ABC",
            "permission_violations":[{"subject":"contact:a"},
                                     {"subject":"contact:b"}],
            "field_violations":[{"field":"page_size","value":"100",
                                 "description":"the max value is 50"}],
            "helps":[{"url":"https://example.com/auth"}]}})");
    CHECK(envelope.code == 99991672);
    CHECK(envelope.msg == "Access denied.");
    CHECK(envelope.log_id == "2026ABC");
    REQUIRE(envelope.missing_scopes.size() == 2);
    CHECK(envelope.missing_scopes[1] == "contact:b");
    REQUIRE(envelope.violations.size() == 1);
    CHECK(envelope.violations[0] == "page_size: the max value is 50");
    CHECK(envelope.help_url == "https://example.com/auth");
}

TEST_CASE("envelope: an error object of another shape is passed over") {
    simdjson::dom::parser parser;
    const Envelope envelope = read_envelope(
        parser, R"({"code":1,"msg":7,"error":{"helps":{},"log_id":[]}})");
    CHECK(envelope.valid);
    CHECK(envelope.msg.empty());
    CHECK(envelope.help_url.empty());
}
