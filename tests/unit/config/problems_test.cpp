#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("problems: they come in the order of the file, a line each") {
    const Problems problems{{{"b.toml", 2, 5, "second", "try this", {}},
                             {"b.toml", 1, 9, "first", "", {}}}};
    CHECK(std::string{problems.what()} ==
          "b.toml:1:9: first\nb.toml:2:5: second (try this)");
    CHECK(problems.hint().empty());
}

TEST_CASE("problems: a single one keeps its hint apart") {
    const Problems problems{
        {{"", 0, 0, "unknown option '--x'", "try '--y'", errors::Kind::usage}}};
    CHECK(std::string{problems.what()} == "unknown option '--x'");
    CHECK(problems.hint() == "try '--y'");
}

TEST_CASE("problems: only a wrong command line alone is a usage error") {
    const Problem line{"", 0, 0, "a", "", errors::Kind::usage};
    const Problem file{"f", 1, 1, "b", "", errors::Kind::config};
    CHECK(Problems{{line}}.kind() == errors::Kind::usage);
    CHECK(Problems{{line, file}}.kind() == errors::Kind::config);
}

}  // namespace lark_batch::config::test
