#include <doctest/doctest.h>

#include "lib/config/toml_file.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("toml_file: keys and values keep their places in writing order") {
    const auto root = parse_toml("b = 1\na = \"x\"\n[t]\nc = [true]\n", "f");
    REQUIRE(root.children.size() == 3);
    CHECK(root.children[0].key == "b");
    CHECK(root.children[1].line == 2);
    CHECK(root.children[1].column == 5);
    CHECK(root.children[1].key_column == 1);
    CHECK(root.children[2].children[0].children[0].text == "true");
    CHECK(root.children[2].children[0].kind_name() == "an array");
}

TEST_CASE("toml_file: a syntax error has its place") {
    try {
        parse_toml("a = 1\nb = = 2\n", "lark-batch.toml");
        FAIL("accepted");
    } catch (const Problems& problems) {
        CHECK(problems.all()[0].line == 2);
        CHECK(problems.all()[0].column > 0);
        CHECK(std::string{problems.what()}.starts_with("lark-batch.toml:2:"));
    }
}

TEST_CASE("toml_file: a syntax error repeats nothing of the content") {
    for (const std::string content :
         {"p = hunter2", "p = 'hunter2", "p = \"hunter2\\q\"",
          "p = 99999999999999999999999", "p = 12hunter2", "p = hunter2'",
          "hunter2 = 'a", "p = 1.hunter2", "p = 0xhunter2",
          "p = 2020-13-99hunter2"}) {
        CAPTURE(content);
        try {
            parse_toml(content, "f");
            FAIL("accepted");
        } catch (const Problems& problems) {
            CHECK_FALSE(has(problems.what(), "hunter"));
            CHECK_FALSE(has(problems.what(), "9999"));
        }
    }
}

TEST_CASE("toml_file: a key that is there twice is refused") {
    try {
        parse_toml("a = 1\na = 2\n", "f");
        FAIL("accepted");
    } catch (const Problems& problems) {
        CHECK(problems.all()[0].line == 2);
        CHECK(has(problems.what(), "redefine"));
    }
}

}  // namespace lark_batch::config::test
