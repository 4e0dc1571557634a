#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("file_values: five mistakes come out at once with their places") {
    Run run;
    run.file(
        "level = \"loud\"\n"
        "databse.url = \"x\"\n"
        "count = 100\n"
        "wait = 90\n"
        "[datbase]\n"
        "url = \"y\"\n");
    CHECK(
        run.problems() ==
        Strings{"1:9 'level' must be one of debug, info, error, not 'loud'",
                "2:9 unknown key 'databse.url' (did you mean 'database.url'?)",
                "3:9 'count' must be between 1 and 64, not '100'",
                "4:8 'wait' must be a duration such as \"90s\", not an integer",
                "5:2 unknown table 'datbase' (did you mean 'database'?)"});
    CHECK(run.kind == errors::Kind::config);
}

TEST_CASE("file_values: every type is checked") {
    Run run;
    run.file(
        "verbose = 1\nlevel = 2\nratio = \"x\"\nhosts = [1]\nsize = -1\n"
        "database = 3\n");
    CHECK(run.problems() ==
          Strings{"1:11 'verbose' must be true or false, not an integer",
                  "2:9 'level' must be a string, not an integer",
                  "3:9 'ratio' must be a number, not a string",
                  "4:9 'hosts' must be an array of strings, but holds an"
                  " integer",
                  "5:8 'size' must be a size such as 512B, 30KiB or 4MiB,"
                  " not '-1'",
                  "6:12 'database' must be a table, not an integer"});
}

TEST_CASE("file_values: all values arrive") {
    Run run;
    run.file(
        "verbose = true\nlevel = \"error\"\ncount = 8\nratio = 1\n"
        "wait = \"15m\"\nsize = 4096\nhosts = [\"a\", \"b\"]\n"
        "[database]\nurl = \"u\"\n");
    run.load();
    CHECK(run.settings.verbose);
    CHECK(run.settings.level == "error");
    CHECK(run.settings.count == 8);
    CHECK(run.settings.ratio == 1.0);
    CHECK(run.settings.wait.count() == 900'000);
    CHECK(run.settings.size == 4096);
    CHECK(run.settings.hosts == Strings{"a", "b"});
    CHECK(run.settings.url == "u");
}

TEST_CASE("file_values: what only the command line knows is unknown here") {
    Run run;
    run.file("no_push = true\n");
    CHECK(run.problems() == Strings{"1:1 unknown key 'no_push'"});
}

TEST_CASE("file_values: tables of other programs are passed over") {
    Run run;
    run.options.also_known("cleanup");
    run.options.also_known("tasks.*");
    run.file(
        "[cleanup]\nanything = 1\n[tasks.nightly]\nenabled = false\n"
        "[tasks]\n[clenup]\n");
    CHECK(run.problems() ==
          Strings{"6:2 unknown table 'clenup' (did you mean 'cleanup'?)"});
}

TEST_CASE("file_values: an own table is judged though others know it too") {
    Run run;
    long long keep = 1;
    run.options.add("keep", keep).key("cleanup.keep");
    run.options.also_known("cleanup");
    run.file("[cleanup]\nkepe = 2\n");
    CHECK(run.problems() ==
          Strings{
              "2:1 unknown key 'cleanup.kepe' (did you mean 'cleanup.keep'?)"});
}

TEST_CASE("file_values: each entry of an array of tables is filled") {
    struct Server {
        std::string name;
        long long port = 80;
    };
    std::deque<Server> servers;
    Run run;
    run.options
        .add_tables("server", "a server",
                    [&](OptionSet& set) {
                        auto& server = servers.emplace_back();
                        set.add("name", server.name).required();
                        set.add("port", server.port).range(1, 65535);
                    })
        .unique("name");
    SUBCASE("right ones") {
        run.file("[[server]]\nname = \"a\"\n[[server]]\nname = \"b\"\nport=1");
        run.load();
        REQUIRE(servers.size() == 2);
        CHECK(servers[0].port == 80);
        CHECK(servers[1].name == "b");
    }
    SUBCASE("wrong ones") {
        run.file(
            "[[server]]\nname = \"a\"\n[[server]]\nname = \"a\"\nprot = 1\n"
            "[[server]]\nport = 0\n");
        CHECK(run.problems() ==
              Strings{"4:8 'name' 'a' is used twice in [[server]]",
                      "5:1 unknown key 'prot' in [[server]]"
                      " (did you mean 'port'?)",
                      "6:1 'name' is missing in [[server]]",
                      "7:8 'port' must be between 1 and 65535, not '0' in"
                      " [[server]]"});
    }
    SUBCASE("a single table in place of the array") {
        run.file("[server]\nname = \"a\"\n");
        CHECK(run.problems() ==
              Strings{"1:2 'server' must be an array of tables, not a table"
                      " (write [[server]])"});
    }
}

namespace {

// Tables of any name, such as [jobs.NAME].
struct FamilyRun : Run {
    std::map<std::string, long long> sizes;

    FamilyRun() {
        options.add_family(
            "jobs", [this](OptionSet& set, const std::string& name) {
                set.add("size", sizes[name]).help("size").range(1, 9);
            });
    }
};

}  // namespace

TEST_CASE("file_values: each table of a family is filled under its name") {
    FamilyRun run;
    run.file("jobs.c.size = 3\n[jobs.a]\nsize = 1\n[jobs.\"b b\"]\n");
    run.load();
    CHECK(run.sizes ==
          std::map<std::string, long long>{{"a", 1}, {"b b", 0}, {"c", 3}});
    CHECK_FALSE(has(print_config(run.options), "jobs"));
}

TEST_CASE("file_values: mistakes in a family name the table") {
    FamilyRun run;
    run.options.also_known("jobs.nightly");
    run.file("[jobs]\nd = 1\n[jobs.a]\nsize = 10\nsiz = 1\n[jobs.nihtly]\n");
    CHECK(run.problems() ==
          Strings{"2:5 'jobs.d' must be a table, not an integer",
                  "4:8 'size' must be between 1 and 9, not '10' in [jobs.a]",
                  "5:1 unknown key 'siz' in [jobs.a] (did you mean 'size'?)",
                  "6:7 unknown table 'jobs.nihtly'"
                  " (did you mean 'jobs.nightly'?)"});
}

TEST_CASE("file_values: a family that is no table is wrong") {
    FamilyRun run;
    run.file("jobs = 3\n");
    CHECK(run.problems() ==
          Strings{"1:8 'jobs' must be a table, not an integer"});
}

TEST_CASE("file_values: an option goes before a family of its path") {
    FamilyRun run;
    long long own = 0;
    run.options.add("own", own).key("jobs.own.count");
    run.file("[jobs.own]\ncount = 5\n[jobs.a]\nsize = 2\n");
    run.load();
    CHECK(own == 5);
    CHECK(run.sizes.at("a") == 2);
}

TEST_CASE("file_values: a wrong value is not missing as well") {
    Run run;
    std::string name;
    text::Secret secret;
    long long size = 1;
    run.options.add("name", name).required().choices({"info", "none"});
    run.options.add("depth", size).required();
    run.options.add_secret("token", secret).required();
    run.file("name = \"c\"\ndepth = \"x\"\ntoken = \"hunter2\"\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 3);
    CHECK(problems[0] == "1:8 'name' must be one of info, none, not 'c'");
    CHECK(problems[1] == "2:9 'depth' must be an integer, not a string");
    CHECK(problems[2].starts_with("3:1 'token' is a secret and cannot"));
}

TEST_CASE("file_values: nothing is missing in a file that cannot be read") {
    Run run;
    std::string name;
    run.options.add("name", name).required();
    run.file("name = \n");
    CHECK(run.problems().size() == 1);
}

TEST_CASE("file_values: a secret itself cannot stand in the file") {
    Run run;
    run.file("[database]\npassword = \"hunter2\"\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("2:1 'database.password' is a secret"));
    CHECK_FALSE(has(run.told, "hunter2"));
}

namespace {

// Checks, whose further keys depend on their kind.
struct VariantRun : Run {
    struct Entry {
        std::string name;
        std::string kind;
        std::string url;
        long long port = 0;
    };
    std::deque<Entry> entries;

    VariantRun() {
        options
            .add_tables("check", "what is looked at",
                        [this](OptionSet& set) {
                            Entry& entry = entries.emplace_back();
                            set.add("name", entry.name).help("name").required();
                            set.add("kind", entry.kind)
                                .help("kind")
                                .choices({"http", "tcp"})
                                .required();
                        })
            .unique("name")
            .variants_by(
                "kind", {{"http", "a service"}, {"tcp", "a port"}},
                [this](OptionSet& set, const std::string& variant) {
                    Entry& entry = entries.back();
                    if (variant == "http") {
                        set.add("url", entry.url).help("url").required();
                    } else {
                        set.add("port", entry.port)
                            .help("port")
                            .range(1, 65'535);
                    }
                });
    }
};

}  // namespace

TEST_CASE("file_values: a key of an entry decides which others it may have") {
    VariantRun run;
    // The place of the deciding key does not matter.
    run.file(
        "[[check]]\nurl = \"u\"\nname = \"a\"\nkind = \"http\"\n"
        "[[check]]\nname = \"b\"\nkind = \"tcp\"\nport = 5\n");
    run.load();
    REQUIRE(run.entries.size() == 2);
    CHECK(run.entries[0].url == "u");
    CHECK(run.entries[1].port == 5);
}

TEST_CASE("file_values: mistakes in a variant name it") {
    VariantRun run;
    run.file(
        "[[check]]\nname = \"a\"\nkind = \"http\"\nport = 5\n"
        "[[check]]\nname = \"b\"\nkind = \"tcp\"\nport = 0\nprt = 1\n");
    CHECK(run.problems() ==
          Strings{"1:1 'url' is missing in [[check]] of kind 'http'",
                  "4:1 unknown key 'port' in [[check]] of kind 'http'",
                  "8:8 'port' must be between 1 and 65535, not '0' in [[check]]"
                  " of kind 'tcp'",
                  "9:1 unknown key 'prt' in [[check]] of kind 'tcp'"
                  " (did you mean 'port'?)"});
}

TEST_CASE("file_values: while the variant is unknown its keys are not judged") {
    VariantRun run;
    run.file(
        "[[check]]\nname = \"a\"\nkind = \"htpp\"\nurl = 1\n"
        "[[check]]\nname = \"b\"\nanything = 1\n"
        "[[check]]\nname = \"c\"\nkind = 5\nurl = 1\n");
    CHECK(run.problems() ==
          Strings{"3:8 'kind' must be one of http, tcp, not 'htpp' in [[check]]"
                  " (did you mean 'http'?)",
                  "5:1 'kind' is missing in [[check]]",
                  "10:8 'kind' must be a string, not an integer in [[check]]"});
}

}  // namespace lark_batch::config::test
