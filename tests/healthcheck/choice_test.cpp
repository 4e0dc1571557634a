#include "tools/lark-healthcheck/choice.hpp"

#include <doctest/doctest.h>

#include "tests/healthcheck/told.hpp"

namespace lark_batch::healthcheck::test {

namespace {

const std::string k_three =
    "[[check]]\nname = 'main database'\nkind = 'http'\n"
    "url = 'http://127.0.0.1:1'\ngroups = ['core', 'db']\n"
    "[[check]]\nname = 'queue'\nkind = 'http'\n"
    "url = 'http://127.0.0.1:2'\ngroups = ['core']\n"
    "[[check]]\nname = '网页'\nkind = 'http'\nenabled = false\n"
    "url = 'http://127.0.0.1:3'\n";

std::string chosen(const std::vector<std::string>& arguments) {
    Told told{k_three};
    told.load(arguments);
    std::string names;
    for (const Check* check : told.options.chosen()) {
        names += (names.empty() ? "" : ", ") + check->name;
    }
    return names;
}

}  // namespace

TEST_CASE("choice: all that are enabled, or those that all options name") {
    CHECK(chosen({}) == "main database, queue");
    CHECK(chosen({"--check", "queue"}) == "queue");
    CHECK(chosen({"--check", "queue", "--check=main database"}) ==
          "main database, queue");
    CHECK(chosen({"--group", "core"}) == "main database, queue");
    CHECK(chosen({"--group", "core", "--check", "queue"}) == "queue");
    CHECK(chosen({"--kind", "http"}) == "main database, queue");
    CHECK(chosen({"--group", "db", "--check", "queue"}).empty());
    CHECK(chosen({"--check", "网页"}).empty());
}

TEST_CASE("choice: names and groups that are none, with the nearest spelling") {
    CHECK(Told{k_three}.problem({"--check", "quue"}) ==
          "there is no check 'quue' (did you mean 'queue'?)");
    CHECK(Told{k_three}.problem({"--check", "zzzzzz"}) ==
          "there is no check 'zzzzzz' (lark-healthcheck list shows them)");
    CHECK(Told{k_three}.problem({"--group", "cor"}) ==
          "there is no group 'cor' (did you mean 'core'?)");
    CHECK(Told{k_three}
              .problem({"--kind", "htpp"})
              .starts_with("--kind must be one of "));
}

TEST_CASE("choice: dependencies must exist and go in no circle") {
    const auto with = [](const std::string& needs_of_a,
                         const std::string& needs_of_b) {
        return Told{
            "[[check]]\nname = 'a'\nkind = 'http'\nurl = 'http://a'\n"
            "depends_on = ['" +
            needs_of_a +
            "']\n"
            "[[check]]\nname = 'b'\nkind = 'http'\nurl = 'http://b'\n"
            "depends_on = [" +
            needs_of_b + "]\n"}
            .problems();
    };
    CHECK(with("b", "").empty());
    CHECK(with("zzzz", "") ==
          std::vector<std::string>{"check 'a' depends on 'zzzz', which is no "
                                   "check (lark-healthcheck list shows them)"});
    CHECK(with("b", "'a'") ==
          std::vector<std::string>{"check 'a' depends on itself",
                                   "check 'b' depends on itself"});
    CHECK(with("a", "") ==
          std::vector<std::string>{"check 'a' depends on itself"});
}

TEST_CASE("choice: a run without a check says what to do") {
    Told none;
    none.load({});
    CHECK_THROWS_WITH_AS(require_checks(none.options), "no check is configured",
                         errors::Error);
    Told left_out{k_three};
    left_out.load({"--check", "网页"});
    CHECK_THROWS_WITH_AS(require_checks(left_out.options),
                         "none of the 3 configured checks is chosen",
                         errors::Error);
}

}  // namespace lark_batch::healthcheck::test
