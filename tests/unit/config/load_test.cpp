#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("load: default, file, variable and command line, each stronger") {
    Run run;
    run.file("level = \"debug\"\ncount = 2\nwait = \"1s\"\n");
    run.variables["LARK_BATCH_COUNT"] = "3";
    run.variables["LARK_BATCH_WAIT"] = "2s";
    run.load({"--wait", "3s"});
    CHECK(run.settings.url == "none");
    CHECK(run.settings.level == "debug");
    CHECK(run.settings.count == 3);
    CHECK(run.settings.wait.count() == 3000);
}

TEST_CASE("load: the version comes out whatever else is wrong") {
    Run run;
    run.variables["LARK_BATCH_CONFIG"] = "/no/such/file";
    for (const Strings& arguments : {Strings{"--version"}, Strings{"-V"},
                                     Strings{"--nonsense", "--version"}}) {
        const auto& loaded = run.load(arguments);
        CHECK(loaded.ending == Loaded::Ending::version);
        CHECK(loaded.text == "lark-test " LARK_BATCH_VERSION "\n");
    }
}

TEST_CASE("load: help is the same for -h and --help and touches nothing") {
    Run run;
    const std::string text = run.load({"--help", "--level=debug"}).text;
    CHECK(run.loaded.ending == Loaded::Ending::help);
    CHECK(run.load({"-h"}).text == text);
    CHECK(run.settings.level == "info");
}

TEST_CASE("load: a file that was named must be there") {
    Run run;
    const auto problems = run.problems({"--config", "/no/such/file"});
    REQUIRE(problems.size() == 1);
    CHECK(has(problems[0], "/no/such/file"));
    CHECK(run.caught({"--config=/no/such/file"}).kind() ==
          errors::Kind::config);
}

TEST_CASE("load: mistakes of all places come out together") {
    Run run;
    run.file("count = 0\n");
    run.variables["LARK_BATCH_RATIO"] = "x";
    const auto problems = run.caught({"--levle=info"});
    CHECK(problems.all().size() == 3);
    CHECK(problems.kind() == errors::Kind::config);
}

TEST_CASE("load: what is required must be given somewhere") {
    Run run;
    std::string name;
    run.options.add("name", name).required();
    CHECK(run.problems() == Strings{"'name' is missing"});
    CHECK_NOTHROW(run.load({"--name", "x"}));
}

TEST_CASE("load: a step after loading sees the values and may refuse them") {
    Run run;
    run.options.after_loading([&]() -> Found {
        if (run.settings.count > 5) {
            return {Problem{"", 0, 0, "too many", "", {}},
                    Problem{"", 0, 0, "far too many", "", {}}};
        }
        return {};
    });
    CHECK_NOTHROW(run.load({"--count", "5"}));
    CHECK(run.problems({"--count", "6"}) ==
          Strings{"too many", "far too many"});
}

}  // namespace lark_batch::config::test
