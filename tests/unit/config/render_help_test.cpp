#include <doctest/doctest.h>

#include "lib/config/render.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/text/strings.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("render_help: options, values, limits and defaults are told") {
    Run run;
    const auto text = help(run.program, run.options);
    CHECK(text.starts_with("Usage: lark-test [OPTION...]\n\n"));
    CHECK(has(text, "      --level TEXT"));
    CHECK(has(text, "debug|info|error; default info;"));
    CHECK(has(text, "1 .. 64; default 4;"));
    CHECK(has(text, "$LARK_BATCH_COUNT"));
    CHECK(has(text, "repeatable"));
    CHECK(has(text, "--config FILE"));
    CHECK_FALSE(has(text, "--database-password"));
}

TEST_CASE("render_help: nothing is wider than 80 columns") {
    SharedSettings settings;
    OptionSet set;
    declare_shared(set, settings, {"check_tokens", true}, AppUse::used);
    const Program program{"lark-check-tokens", "refreshes tokens", "", {}};
    for (const auto& line : text::split(help(program, set), '\n')) {
        CAPTURE(line);
        CHECK(line.size() <= 80);
        CHECK_FALSE(line.ends_with(' '));
    }
}

TEST_CASE("render_help: a command's help has its options and the common") {
    Run run;
    bool dry_run = false;
    run.program.commands = {
        {"migrate", "brings the schema up to date", [&](OptionSet& set) {
             set.add("dry-run", dry_run)
                 .help("write nothing")
                 .places(Places::command_line);
         }}};
    CHECK(has(run.load({"--help"}).text, "\nCommands:\n  migrate  "));
    CHECK_FALSE(has(run.loaded.text, "--dry-run"));
    CHECK(has(run.load({"migrate", "-h"}).text, "--dry-run"));
    CHECK(has(run.loaded.text, "Usage: lark-test migrate [OPTION...]"));
    CHECK(has(run.loaded.text, "--level"));
}

TEST_CASE("render_help: a command that may be left out stands in brackets") {
    Run run;
    run.program.commands = {{"http", "looks once",
                             [&](OptionSet& set) {
                                 set.add("url", run.settings.url)
                                     .help("what is asked")
                                     .places(Places::command_line);
                             },
                             true}};
    CHECK(has(run.load({"-h"}).text, "Usage: lark-test COMMAND [OPTION...]"));
    run.program.command_required = false;
    CHECK(has(run.load({"-h"}).text, "Usage: lark-test [COMMAND] [OPTION...]"));
    CHECK(has(run.load({"http", "-h"}).text,
              "Usage: lark-test http [OPTION...]"));
    CHECK(has(run.loaded.text, "--url"));
    // The word is an option's value here.
    CHECK_FALSE(has(run.load({"--level", "http", "-h"}).text, "--url"));
}

}  // namespace lark_batch::config::test
