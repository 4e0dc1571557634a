#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("arguments: a negated flag switches off, with =false on") {
    Run run;
    run.load({"--no-push"});
    CHECK_FALSE(run.settings.push);
    Run other;
    other.load({"--no-push=false"});
    CHECK(other.settings.push);
}

TEST_CASE("arguments: what no option takes is unexpected") {
    Run run;
    CHECK(run.problems({"surplus"}) ==
          Strings{"unexpected argument 'surplus'"});
    CHECK(run.problems({"a", "b"}) == Strings{"unexpected argument 'a'"});
}

TEST_CASE("arguments: positional ones keep their order and dashes after --") {
    Run run;
    run.options.add_positional("command", run.settings.words);
    run.load({"--level=debug", "--", "ls", "-l", "--help", "[x]"});
    CHECK(run.settings.words == Strings{"ls", "-l", "--help", "[x]"});
    CHECK(run.settings.level == "debug");
}

TEST_CASE("arguments: the same option twice is told") {
    Run run;
    CHECK(run.problems({"--level=info", "--level=info"}) ==
          Strings{"--level must be given only once"});
    CHECK(run.problems({"--verbose=maybe"}) ==
          Strings{"--verbose must be true or false, not 'maybe'"});
}

}  // namespace lark_batch::config::test
