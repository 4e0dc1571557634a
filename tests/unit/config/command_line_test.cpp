#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("command_line: values come after a blank or an equals sign") {
    Run run;
    run.load({"--level", "debug", "--count=7", "--verbose", "--host", "[a,b]",
              "--host=c"});
    CHECK(run.settings.level == "debug");
    CHECK(run.settings.count == 7);
    CHECK(run.settings.verbose);
    CHECK(run.settings.hosts == Strings{"[a,b]", "c"});
}

TEST_CASE("command_line: all mistakes are told, with the nearest spelling") {
    Run run;
    CHECK(run.problems({"--levle", "debug", "--count=x", "--wiat=1s"}) ==
          Strings{"unknown option '--levle' (did you mean '--level'?)",
                  "unknown option '--wiat' (did you mean '--wait'?)",
                  "--count must be a whole number, not 'x'"});
    CHECK(run.caught({"--nothing-like-it"}).kind() == errors::Kind::usage);
}

TEST_CASE("command_line: a value that is missing is missed") {
    Run run;
    CHECK(run.problems({"--level"}) == Strings{"--level needs a value"});
}

TEST_CASE("command_line: an unknown short option is told") {
    Run run;
    CHECK(run.problems({"-x"}) == Strings{"unknown option '-x'"});
}

TEST_CASE("command_line: --config is handled, and only once") {
    Run run;
    const auto file = run.folder.write("a.toml", "count = 9\n");
    SUBCASE("once") {
        CHECK(run.load({"--config", file}).config_file == file);
        CHECK(run.settings.count == 9);
    }
    SUBCASE("twice") {
        CHECK(run.problems({"--config", file, "--config", file}) ==
              Strings{"--config must be given only once"});
    }
}

namespace {

struct CommandRun : Run {
    bool dry_run = false;
    long long last = 10;

    CommandRun() {
        program.commands = {
            {"migrate", "brings the schema up to date",
             [this](OptionSet& set) {
                 set.add("dry-run", dry_run)
                     .help("write nothing")
                     .places(Places::command_line);
             }},
            {"config check", "looks for mistakes", {}},
            {"runs", "shows the history", [this](OptionSet& set) {
                 set.add("last", last).key("admin.last").help("how many");
             }}};
    }
};

}  // namespace

TEST_CASE("command_line: options may stand before and behind a command") {
    CommandRun run;
    CHECK(run.load({"--level", "debug", "migrate", "--dry-run", "--count=2"})
              .command == "migrate");
    CHECK(run.dry_run);
    CHECK(run.settings.level == "debug");
    CHECK(run.settings.count == 2);
}

TEST_CASE("command_line: a command may have two words") {
    CommandRun run;
    CHECK(run.load({"config", "check", "--verbose"}).command == "config check");
    CHECK(run.settings.verbose);
}

TEST_CASE("command_line: a wrong command is told with those there are") {
    CommandRun run;
    CHECK(run.problems({"migrat"}) ==
          Strings{"unknown command 'migrat' (did you mean 'migrate'?)"});
    CHECK(CommandRun{}.problems({}) ==
          Strings{"a command is missing"
                  " (one of: migrate, config check, runs)"});
    CHECK(CommandRun{}.problems({"config", "chekc"}) ==
          Strings{"unknown command 'config chekc'"
                  " (did you mean 'config check'?)"});
}

TEST_CASE("command_line: a second command or a stray word is refused") {
    for (const Strings& words :
         {Strings{"runs", "migrate"}, Strings{"migrate", "runs"},
          Strings{"config", "check", "migrate"}, Strings{"runs", "x"}}) {
        CommandRun run;
        CHECK(run.problems(words) ==
              Strings{"unexpected argument '" + words.back() + "'"});
        CHECK(run.kind == errors::Kind::usage);
    }
}

TEST_CASE("command_line: an option of another command is unknown") {
    CommandRun run;
    CHECK(run.problems({"runs", "--dry-run"}) ==
          Strings{"unknown option '--dry-run'"});
}

TEST_CASE("command_line: keys of commands not chosen are known in the file") {
    CommandRun run;
    run.file("[admin]\nlast = 3\n");
    CHECK_NOTHROW(run.load({"migrate"}));
    CHECK(run.last == 10);
}

namespace {

// A program that runs without a command, too; those it has are lazy.
struct LazyRun : Run {
    int declared = 0;
    std::string url;
    Strings words;

    LazyRun() {
        program.command_required = false;
        for (const char* name : {"http", "tcp"}) {
            program.commands.push_back(
                {name, "looks once",
                 [this](OptionSet& set) {
                     ++declared;
                     set.add("url", url)
                         .help("what is asked")
                         .places(Places::command_line);
                     set.add_positional("TARGET", words).help("what is asked");
                 },
                 true});
        }
    }
};

}  // namespace

TEST_CASE("command_line: a command may be left out where that is right") {
    LazyRun run;
    CHECK(run.load({"--count", "3"}).command.empty());
    CHECK(run.declared == 0);
    CHECK(LazyRun{}.problems({"htpp"}) ==
          Strings{"unknown command 'htpp' (did you mean 'http'?)"});
}

TEST_CASE("command_line: a lazy command is declared when it is named only") {
    LazyRun run;
    CHECK(run.load({"http", "a", "--url=b", "--count", "3"}).command == "http");
    CHECK(run.declared == 1);
    CHECK(run.url == "b");
    CHECK(run.words == Strings{"a"});
    CHECK(run.settings.count == 3);
    CHECK(LazyRun{}.problems({"tcp", "--ulr", "x"}) ==
          Strings{"unknown option '--ulr' (did you mean '--url'?)"});
}

TEST_CASE("command_line: a value that is a command's name chooses none") {
    LazyRun run;
    CHECK(run.load({"--database-url", "http", "--host=tcp", "--host", "tcp"})
              .command.empty());
    CHECK(run.settings.url == "http");
    CHECK(run.settings.hosts == Strings{"tcp", "tcp"});
    CHECK(LazyRun{}.problems({"--database-url", "http", "--url", "x"}) ==
          Strings{"unknown option '--url'"});
    LazyRun both;
    CHECK(both.load({"--database-url", "http", "tcp", "x"}).command == "tcp");
    CHECK(both.words == Strings{"x"});
}

}  // namespace lark_batch::config::test
