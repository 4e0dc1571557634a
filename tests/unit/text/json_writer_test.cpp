#include "lib/text/json_writer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace lark_batch::text {

TEST_CASE("json writer: quotes, backslashes and controls are escaped") {
    CHECK(json_quote("") == R"("")");
    CHECK(json_quote("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(json_quote("\n\r\t\b\x1f\x7f") == R"("\n\r\t\u0008\u001f\u007f")");
    CHECK(json_quote(std::string_view{"a\0b", 3}) == R"("a\u0000b")");
}

TEST_CASE("json writer: UTF-8 stays, bytes that are none are replaced") {
    CHECK(json_quote("人😀é") == "\"人😀é\"");
    CHECK(json_quote("a\xff\xe4\xba"
                     "z") == R"("a\ufffd\ufffd\ufffdz")");
    CHECK(json_quote("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");
}

TEST_CASE("json writer: commas come by themselves at every depth") {
    JsonWriter json;
    json.begin_object().field("a", 1).key("b").begin_array();
    json.begin_object().end_object().begin_array().end_array();
    json.begin_object().field("c", "x").field("d", true).end_object();
    json.end_array().field("e", false).key("f").null().end_object();
    CHECK(json.str() ==
          R"({"a":1,"b":[{},[],{"c":"x","d":true}],"e":false,"f":null})");
}

TEST_CASE("json writer: a key is quoted like any string") {
    JsonWriter json;
    json.begin_object().field("a\"\n", 1).end_object();
    CHECK(json.str() == R"({"a\"\n":1})");
}

TEST_CASE("json writer: numbers are exact, and finite or null") {
    JsonWriter json;
    json.begin_array();
    json.value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max());
    json.value(0.1).value(5.0).value(1e300).value(-2.5e-7);
    json.value(std::nan("")).value(-INFINITY).end_array();
    CHECK(json.str() ==
          "[-9223372036854775808,18446744073709551615,0.1,5,1e+300,-2.5e-07,"
          "null,null]");
}

TEST_CASE("json writer: text is text and flags are flags, not each other") {
    JsonWriter json;
    const char* pointer = "p";
    json.begin_array().value("literal").value(pointer);
    json.value(std::string{"s"}).value(true).raw("{\"x\":[]}").end_array();
    CHECK(json.str() == R"(["literal","p","s",true,{"x":[]}])");
}

}  // namespace lark_batch::text
