#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("environment: values arrive, lists by commas, empty ones do not") {
    Run run;
    run.variables["LARK_BATCH_DATABASE_URL"] = "u";
    run.variables["LARK_BATCH_HOSTS"] = "a, b,";
    run.variables["LARK_BATCH_LEVEL"] = "";
    run.variables["LARK_BATCH_VERBOSE"] = "1";
    run.load();
    CHECK(run.settings.url == "u");
    CHECK(run.settings.hosts == Strings{"a", "b"});
    CHECK(run.settings.level == "info");
    CHECK(run.settings.verbose);
}

TEST_CASE("environment: wrong values and unknown names are told by name") {
    Run run;
    run.variables["LARK_BATCH_COUNT"] = "many";
    run.variables["LARK_BATCH_LEVLE"] = "hunter2";
    CHECK(run.problems() ==
          Strings{"LARK_BATCH_COUNT must be a whole number, not 'many'",
                  "unknown variable 'LARK_BATCH_LEVLE'"
                  " (did you mean 'LARK_BATCH_LEVEL'?)"});
    CHECK(run.kind == errors::Kind::config);
}

TEST_CASE("environment: variables of other programs' tables are no fault") {
    Run run;
    run.options.also_known("sync_users");
    run.options.also_known("tasks.*");
    run.variables["LARK_BATCH_SYNC_USERS_BATCH"] = "1";
    run.variables["LARK_BATCH_TASKS_X_ENABLED"] = "false";
    CHECK_NOTHROW(run.load());
}

TEST_CASE("environment: a default may come from a variable of systemd") {
    Run run;
    std::string folder = "/var/lib/x";
    run.options.add("folder", folder).default_from("STATE_DIRECTORY");
    run.variables["STATE_DIRECTORY"] = "/run/a:/run/b";
    SUBCASE("alone") {
        run.load();
        CHECK(folder == "/run/a");
    }
    SUBCASE("the file is stronger") {
        run.file("folder = \"/srv\"\n");
        run.load();
        CHECK(folder == "/srv");
    }
}

TEST_CASE("environment: that of the process is copied whole") {
    ::setenv("LARK_BATCH_PROBE", "a=b", 1);
    CHECK(Environment::of_process().get("LARK_BATCH_PROBE") == "a=b");
    ::unsetenv("LARK_BATCH_PROBE");
}

}  // namespace lark_batch::config::test
