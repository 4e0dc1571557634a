#include "tools/lark-healthcheck/web/json_rule.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

namespace lark_batch::healthcheck {

namespace {

// What one rule says to a document; empty when it holds.
std::string judged(const std::string& rule, const std::string& body) {
    Finding finding;
    const std::vector<std::string> rules{rule};
    judge_json(rules, body, NoJson::is_wrong, finding);
    CHECK((finding.state == State::ok) == finding.message().empty());
    return finding.message();
}

}  // namespace

TEST_CASE("json rule: texts, numbers, truths and nothing are compared") {
    const std::string body =
        R"({"a":"up","n":10,"f":9.50,"t":true,"z":null,"s":"12","l":[],"o":{}})";
    for (const char* rule :
         {"/a == up", "/a == \"up\"", "/a != down", "/a =~ ^u", "/a !~ x",
          "/n == 10", "/n == 10.0", "/n >= 10", "/n < 10.5", "/f == 9.5",
          "/t == true", "/t != false", "/z == null", "/s == 12", "/s > 11",
          "/s == \"12\"", "exists /l", "absent /none", "/n != 9"}) {
        CAPTURE(std::string{rule});
        CHECK(judged(rule, body).empty());
    }
    CHECK(judged("/n == \"10\"", body) == "/n is 10, expected '10'");
    CHECK(judged("/n > 10", body) == "/n is 10, expected > 10");
    CHECK(judged("/a < 5", body) == "/a is 'up', expected < 5");
    CHECK(judged("/t == false", body) == "/t is true, expected 'false'");
    CHECK(judged("/a != up", body) == "/a is 'up', expected anything but 'up'");
    CHECK(judged("/a !~ ^u", body) == "/a is 'up', expected !~ ^u");
    CHECK(judged("/o == x", body) == "/o is an object, expected 'x'");
    CHECK(judged("/none == x", body) == "/none is missing");
    CHECK(judged("exists /none/deep", body) == "/none/deep is missing");
    CHECK(judged("absent /a", body) == "/a is 'up', expected none");
}

TEST_CASE("json rule: a star stands for every element and member") {
    const std::string body =
        R"({"services":[{"name":"db","status":"up"},)"
        R"({"name":"mq","status":"down"},{"status":"down"},{"name":"x"},)"
        R"({"status":"off"}],"by":{"a":{"ok":1},"b":{"ok":0}},"none":[]})";
    CHECK(judged("/services/*/status == up", body) ==
          "/services/1/status (mq) is 'down', expected 'up', "
          "/services/2/status is 'down', expected 'up', "
          "/services/3/status (x) is missing, and 1 more");
    CHECK(judged("/by/*/ok == 1", body) == "/by/b/ok is 0, expected 1");
    CHECK(judged("/none/*/ok == 1", body) == "/none/*/ok is missing");
    CHECK(judged("/gone/*/ok == 1", body) == "/gone/*/ok is missing");
    CHECK(judged("absent /none/*", body).empty());
}

TEST_CASE("json rule: pointers are those of RFC 6901") {
    const std::string body = R"({"a/b":{"c~d":[7,{"x y":8}]}})";
    CHECK(judged("/a~1b/c~0d/0 == 7", body).empty());
    CHECK(judged("/a~1b/c~0d/1/x y == 8", body).empty());
    CHECK(judged("/a~1b/c~0d/2 == 8", body) == "/a~1b/c~0d/2 is missing");
    CHECK(judged("/a~1b/c~0d/first == 8", body) ==
          "/a~1b/c~0d/first is missing");
    CHECK(judged("/a~1b/c~0d/0/deeper == 8", body) ==
          "/a~1b/c~0d/0/deeper is missing");
    // Neither is the first element.
    CHECK(judged("/a~1b/c~0d/00 == 7", body) == "/a~1b/c~0d/00 is missing");
    CHECK(judged("/a~1b/c~0d/99999999999999999999 == 7", body) ==
          "/a~1b/c~0d/99999999999999999999 is missing");
}

TEST_CASE("json rule: numbers beyond what a double holds are no numbers") {
    CHECK(judged("/a > -1", R"({"a":"1e999"})") ==
          "/a is '1e999', expected > -1");
    CHECK(judged("/a == 1", R"({"a":1,"b":123456789012345678901234567890})")
              .find("the JSON holds a number that cannot be read") == 0);
}

TEST_CASE("json rule: a rule that is none is refused") {
    for (const char* rule : {"", "/a", "/a=b", "a == b", "/a < b", "/a =~ (",
                             "exists a", "exists", "/~2 == b", "/a~ == b"}) {
        CAPTURE(std::string{rule});
        CHECK_THROWS_AS(JsonRule{rule}, errors::Error);
        CHECK(check_json_rule(rule));
    }
    CHECK_FALSE(check_json_rule("/a == b == c"));
}

TEST_CASE("json rule: broken documents are no JSON") {
    for (const char* body : {"", "{", "OK", "{\"a\":1}}", "\xff\xfe"}) {
        CHECK_FALSE(judged("exists /a", body).empty());
    }
    std::string deep(100'000, '[');
    CHECK_FALSE(judged("exists /a", deep).empty());
}

}  // namespace lark_batch::healthcheck
