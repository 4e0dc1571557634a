#include "tools/lark-sync-users/document.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lark_batch;

namespace {

std::int64_t print_of(const std::string& text) {
    simdjson::dom::parser parser;
    return sync_users::fingerprint(parser.parse(text).get_object());
}

std::string copied(const std::string& text) {
    simdjson::dom::parser parser;
    std::string out = "before ";
    sync_users::append_copy_json(out, parser.parse(text).get_object());
    REQUIRE(out.starts_with("before "));
    return out.substr(7);
}

}  // namespace

TEST_CASE("a fingerprint does not depend on the order of members") {
    CHECK(print_of(R"({"a":1,"b":{"c":2,"d":3}})") ==
          print_of(R"({"b":{"d":3,"c":2},"a":1})"));
}

TEST_CASE("a fingerprint sees a value that changed place") {
    CHECK(print_of(R"({"a":1,"b":2})") != print_of(R"({"a":2,"b":1})"));
    CHECK(print_of(R"({"a":"x","b":"y"})") != print_of(R"({"a":"y","b":"x"})"));
    CHECK(print_of(R"({"a":{"b":1}})") != print_of(R"({"b":{"a":1}})"));
    CHECK(print_of(R"({"a":["x","y"]})") != print_of(R"({"a":["xy"]})"));
}

TEST_CASE("departments and orders mean the same in any order") {
    CHECK(print_of(R"({"department_ids":["od-1","od-2","od-3"]})") ==
          print_of(R"({"department_ids":["od-3","od-1","od-2"]})"));
    CHECK(print_of(R"({"orders":[{"department_id":"1","user_order":1},
                                 {"department_id":"2","user_order":2}]})") ==
          print_of(R"({"orders":[{"user_order":2,"department_id":"2"},
                                 {"department_id":"1","user_order":1}]})"));
}

TEST_CASE("departments and orders differ in what they hold") {
    CHECK(print_of(R"({"department_ids":["od-1"]})") !=
          print_of(R"({"department_ids":["od-1","od-1"]})"));
    CHECK(print_of(R"({"orders":[{"department_id":"1","user_order":1},
                                 {"department_id":"2","user_order":2}]})") !=
          print_of(R"({"orders":[{"department_id":"1","user_order":2},
                                 {"department_id":"2","user_order":1}]})"));
    CHECK(print_of(R"({"orders":[]})") != print_of(R"({"orders":{}})"));
}

TEST_CASE("the order of any other list counts") {
    CHECK(print_of(R"({"leaders":["a","b"]})") !=
          print_of(R"({"leaders":["b","a"]})"));
}

TEST_CASE("only the picture of the object itself is ignored") {
    CHECK(print_of(R"({"name":"a","avatar":{"avatar_72":"x"}})") ==
          print_of(R"({"avatar":{"avatar_72":"y"},"name":"a"})"));
    CHECK(print_of(R"({"name":"a","avatar":null})") ==
          print_of(R"({"name":"a"})"));
    CHECK(print_of(R"({"custom":{"avatar":"x"}})") !=
          print_of(R"({"custom":{"avatar":"y"}})"));
}

TEST_CASE("values of every type and emptiness are different") {
    const std::vector<std::string> documents{
        R"({})",           R"({"a":null})",
        R"({"a":""})",     R"({"a":"null"})",
        R"({"a":0})",      R"({"a":"0"})",
        R"({"a":false})",  R"({"a":"false"})",
        R"({"a":[]})",     R"({"a":{}})",
        R"({"a":[null]})", R"({"a":1})",
        R"({"a":"1"})",    R"({"a":true})",
        R"({"a":1.5})",    R"({"a":-1})",
        R"({"a":[0]})",    R"({"a":" "})",
        R"({"a":["1"]})",  R"({"a":18446744073709551615})"};
    for (const std::string& one : documents) {
        for (const std::string& other : documents) {
            CAPTURE(one);
            CAPTURE(other);
            CHECK((print_of(one) == print_of(other)) == (&one == &other));
        }
    }
}

TEST_CASE("a document that nests deeply or says much is told from the next") {
    std::string deep = "1";
    for (int level = 0; level < 200; ++level) {
        deep = R"({"a":)" + deep + "}";
    }
    std::string deeper = R"({"a":)" + deep + "}";
    CHECK(print_of(deep) != print_of(deeper));
    const std::string many(5000, 'x');
    CHECK(print_of(R"({"a":")" + many + R"("})") !=
          print_of(R"({"a":")" + many + R"(y"})"));
}

// Every backslash is doubled: COPY takes one away.
TEST_CASE("a document is copied with its quotes, tabs and backslashes") {
    CHECK(copied(R"({"n":"a\"b"})") == R"({"n":"a\\"b"})");
    CHECK(copied(R"({"n":"a\\b"})") == R"({"n":"a\\\\b"})");
    CHECK(copied(R"({"n":"\\N"})") == R"({"n":"\\\\N"})");
    CHECK(copied(R"({"n":"\t\n\r\u0007\u001f"})") ==
          R"({"n":"\\u0009\\u000a\\u000d\\u0007\\u001f"})");
    CHECK(copied(R"({"a\"\t":1})") == R"({"a\\"\\u0009":1})");
}

TEST_CASE("a document is copied with its scripts and emoji") {
    CHECK(copied(R"({"n":"Zoë 🦊 佐藤 𠮷野家"})") ==
          R"({"n":"Zoë 🦊 佐藤 𠮷野家"})");
    CHECK(copied(R"({"n":"\ud83e\udd8a\u4f50"})") == R"({"n":"🦊佐"})");
}

TEST_CASE("the character that jsonb cannot hold is replaced") {
    CHECK(copied(R"({"n":"a\u0000b"})") == R"({"n":"a\\ufffdb"})");
}

TEST_CASE("numbers, flags, null and emptiness are copied as they are") {
    for (const std::string text :
         {R"({})", R"({"a":[]})", R"({"a":{}})", R"({"a":null,"b":true})",
          R"({"a":[1,-2,18446744073709551615],"b":[false,[]]})",
          R"({"a":9007199254740993,"b":1.5})", R"({"a":""})"}) {
        CHECK(copied(text) == text);
    }
}
