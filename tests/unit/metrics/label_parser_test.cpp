#include "lib/metrics/label_parser.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

bool refused(std::string_view text) {
    try {
        parse_string_object(text);
    } catch (const errors::Error& error) {
        return error.kind() == errors::Kind::config;
    }
    return false;
}

}  // namespace

TEST_CASE("label parser: an object of strings, in the order it has") {
    CHECK(parse_string_object(R"({"b":"x\"y\\","a" : "人"})") ==
          Labels{{"b", "x\"y\\"}, {"a", "人"}});
    CHECK(parse_string_object(" { } ").empty());
}

TEST_CASE("label parser: anything else is a fault of the stored state") {
    for (const auto* text :
         {"", "{", "[]", "{}x", R"({"a")", R"({"a":)", R"({"a":1})",
          R"({"a":"x")", R"({"a":"x",})", R"({"a":"\u0041"})", R"({"a":"x"}})",
          R"({"a":{"b":"c"}})"}) {
        CAPTURE(text);
        CHECK(refused(text));
    }
}

}  // namespace lark_batch::metrics
