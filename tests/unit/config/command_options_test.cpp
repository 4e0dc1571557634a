#include "lib/config/command_options.hpp"

#include <doctest/doctest.h>

using namespace lark_batch::config;

namespace {

std::size_t count(const std::string& text) {
    const auto codes = parse_exit_codes(text);
    return codes ? codes->count() : 999;
}

struct Wrapper {
    explicit Wrapper(const std::string& table = "tasks.backup") {
        declare_command(set, settings, table);
    }
    void load(Strings arguments) {
        arguments.insert(arguments.begin(), "prog");
        std::vector<const char*> argv;
        for (const auto& argument : arguments) {
            argv.push_back(argument.c_str());
        }
        lark_batch::config::load({"prog", "", "", {}, false}, set,
                                 static_cast<int>(argv.size()), argv.data(),
                                 Environment{});
    }

    CommandSettings settings;
    OptionSet set;
};

}  // namespace

TEST_CASE("exit codes: numbers and ranges, with blanks, and nothing else") {
    CHECK(count("") == 0);
    CHECK(count("1") == 1);
    CHECK(count("1, 3 ,24-26") == 5);
    CHECK(parse_exit_codes("24-26")->test(25));
    CHECK(count("0-255") == 256);
    for (const char* wrong :
         {",", "1,", "x", "256", "-1", "5-", "-5", "9-3", "1-2-3", "1 2"}) {
        CAPTURE(std::string{wrong});
        CHECK(count(wrong) == 999);
    }
}

TEST_CASE("command options: each has a key in the task's own table") {
    Wrapper program;
    CHECK(program.set.find("retries")->declared().key ==
          "tasks.backup.retries");
    CHECK(program.set.find("keep-output")->declared().key ==
          "tasks.backup.keep_output");
    program.load({"--success-codes", "1-2", "--partial-codes=3", "--retries",
                  "4", "--keep-output", "1KiB", "--output", "never"});
    CHECK(program.settings.success_codes == "1-2");
    CHECK(program.settings.retries == 4);
    CHECK(program.settings.keep_output == 1024);
    CHECK(program.settings.output == "never");
    CHECK(Wrapper{""}.set.find("kill-after")->declared().key == "kill_after");
}

TEST_CASE("command options: a code cannot mean two things") {
    for (const Strings& wrong :
         {Strings{"--success-codes", "1-9", "--partial-codes", "5"},
          Strings{"--partial-codes", "0"}, Strings{"--success-codes", "one"},
          Strings{"--retries", "-1"}, Strings{"--directory", "here"}}) {
        CAPTURE(wrong.front());
        Wrapper program;
        CHECK_THROWS_AS(program.load(wrong), Problems);
    }
}
