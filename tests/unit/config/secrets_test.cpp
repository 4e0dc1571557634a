#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

namespace {

// Root may read everything, so its tests look through a stranger's eyes.
class Stranger {
public:
    Stranger() { REQUIRE((geteuid() != 0 || seteuid(65534) == 0)); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    ~Stranger() { CHECK(seteuid(getuid()) == 0); }
};

}  // namespace

TEST_CASE("secrets: a file gives one, relative to the file that names it") {
    Run run;
    run.folder.write("pw", "hunter2\n");
    run.file("[database]\npassword_file = \"pw\"\n");
    run.load();
    CHECK(run.settings.password.reveal() == "hunter2");
    CHECK_FALSE(has(print_config(run.options), "hunter2"));
    CHECK(has(print_config(run.options), "database.password = ***"));
}

TEST_CASE("secrets: a file that all may read is refused in its place") {
    Run run;
    run.folder.write("pw", "hunter2\n", 0644);
    run.file("[database]\npassword_file = \"pw\"\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("2:17 'database.password': "));
    CHECK_FALSE(has(run.told, "hunter2"));
}

TEST_CASE("secrets: a variable named by the file gives one") {
    Run run;
    run.file("[database]\npassword_env = \"LARK_BATCH_DB_PW\"\n");
    SUBCASE("set") {
        run.variables["LARK_BATCH_DB_PW"] = "hunter2";
        run.load();
        CHECK(run.settings.password.reveal() == "hunter2");
    }
    SUBCASE("not set") {
        CHECK(run.problems() == Strings{"2:16 'database.password': variable"
                                        " 'LARK_BATCH_DB_PW' is not set"});
    }
}

TEST_CASE("secrets: file and variable exclude each other") {
    Run run;
    run.file("[database]\npassword_env = \"A\"\npassword_file = \"b\"\n");
    CHECK(has(run.caught().what(),
              "'database.password_file' and 'database.password_env' exclude"
              " each other"));
}

TEST_CASE("secrets: systemd's credential stands in when nothing is named") {
    Run run;
    run.folder.write("database-password", "hunter2");
    run.variables["CREDENTIALS_DIRECTORY"] = run.folder.path("");
    SUBCASE("read") {
        run.load();
        CHECK(run.settings.password.reveal() == "hunter2");
        CHECK(has(print_config(run.options), "# credential database-password"));
    }
    SUBCASE("of a folder that the unit loads") {
        std::filesystem::rename(
            run.folder.path("database-password"),
            run.folder.path("lark-batch_database-password"));
        run.load();
        CHECK(run.settings.password.reveal() == "hunter2");
    }
    SUBCASE("a variable that names a file is stronger") {
        run.variables["LARK_BATCH_DATABASE_PASSWORD_FILE"] =
            run.folder.write("other", "else");
        run.load();
        CHECK(run.settings.password.reveal() == "else");
    }
}

TEST_CASE("secrets: a credential stands in for a file that is forbidden") {
    Run run;
    ::chmod(run.folder.path("").c_str(), 0777);
    std::filesystem::create_directory(run.folder.path("secrets"));
    run.folder.write("secrets/pw", "hunter2", 0000);
    run.file("[database]\npassword_file = \"secrets/pw\"\n");
    ::chmod(run.folder.path("lark-batch.toml").c_str(), 0644);
    run.variables["CREDENTIALS_DIRECTORY"] = run.folder.path("");
    const Stranger stranger;
    SUBCASE("of the same name, in a folder that the unit loads") {
        run.folder.write("lark-batch_pw", "hunter3");
        run.load();
        CHECK(run.settings.password.reveal() == "hunter3");
        CHECK(has(print_config(run.options), "# credential lark-batch_pw"));
    }
    SUBCASE("none is there") {
        const auto problems = run.problems();
        REQUIRE(problems.size() == 1);
        CHECK(problems[0].starts_with("2:17 'database.password': "));
        CHECK(has(problems[0], "Permission denied"));
    }
}

TEST_CASE("secrets: they have no form on the command line") {
    Run run;
    CHECK(run.problems({"--database-password", "hunter2"}) ==
          Strings{"unknown option '--database-password'"});
    CHECK_FALSE(
        has(run.caught({"--database-password=hunter2"}).what(), "hunter2"));
}

TEST_CASE("secrets: one that is not wanted is neither read nor missed") {
    OptionSet set;
    Run run;
    text::Secret secret;
    run.options.add_secret("key", secret).required().wanted_when([] {
        return false;
    });
    run.file("key_file = \"/no/such/file\"\n");
    CHECK_NOTHROW(run.load());
    CHECK(has(print_config(run.options), "key = (not read)"));
}

TEST_CASE("secrets: one that is required and absent is told with a way out") {
    Run run;
    text::Secret secret;
    run.options.add_secret("key", secret).required();
    CHECK(run.problems() ==
          Strings{"'key' is missing (give key_file, key_env or the credential"
                  " 'key')"});
}

}  // namespace lark_batch::config::test
