#include "tools/lark-healthcheck/options.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/healthcheck/told.hpp"
#include "tools/lark-healthcheck/kinds.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using Lines = std::vector<std::string>;

// Two lines, the rest follows.
std::string check(const std::string& rest) {
    return "[[check]]\nname = 'web'\n" + rest + "\n";
}

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("options: a check has its own values and those of its kind") {
    Told told{
        check("kind = 'http'\nurl = 'http://a'\nwarn = '1s'\n"
              "timeout = '3s'\nlabels = ['team=chat']\nretries = 2\n")};
    told.load({});
    const Check& loaded = told.options.checks.at(0);
    CHECK(loaded.value.warn == "1s");
    CHECK(loaded.timeout.count() == 3'000);
    CHECK(loaded.retries == 2);
    CHECK(has(loaded.probe->describe(), "http://a"));
}

TEST_CASE("options: an unknown kind is told with its place and the nearest") {
    const auto problem = Told{check("kind = 'htpp'\nurl = 'x'")}.problem();
    CAPTURE(problem);
    CHECK(problem.starts_with("3:8 'kind' must be one of "));
    CHECK(has(problem, "not 'htpp' in [[check]]"));
    CHECK(has(problem, "did you mean 'http'?"));
}

TEST_CASE("options: an unknown key names the kind, and its nearest key") {
    const auto problem =
        Told{check("kind = 'http'\nurl = 'http://a'\nheadrs = 'x'")}.problem();
    CAPTURE(problem);
    CHECK(
        problem.starts_with("5:1 unknown key 'headrs' in [[check]] of kind "
                            "'http'"));
    CHECK(Told{check("kind = 'http'\nurl = 'http://a'\nqueryy = 'x'")}
              .problem()
              .starts_with("5:1 unknown key 'queryy' in [[check]] of kind"));
}

TEST_CASE("options: without a kind its absence is the only mistake") {
    CHECK(Told{check("url = 'http://a'\nanything = 1")}.problem() ==
          "1:1 'kind' is missing in [[check]]");
}

TEST_CASE("options: what a kind needs is missed with its place") {
    CHECK(Told{check("kind = 'http'")}.problem() ==
          "1:1 'url' is missing in [[check]] of kind 'http'");
}

TEST_CASE("options: a bad range is found before anything runs") {
    const auto problem =
        Told{check("kind = 'http'\nurl = 'http://a'\ncrit = '20:10'")}
            .problem();
    CAPTURE(problem);
    CHECK(problem.starts_with("5:8 'crit' must be a range such as 10, 10:, "));
    CHECK(has(problem, "not '20:10'"));
}

TEST_CASE("options: two checks of one name, and names that fit no line") {
    const std::string one = check("kind = 'http'\nurl = 'http://a'");
    CHECK(has(Told{one + one}.problem(), "'web'"));
    CHECK_FALSE(
        Told{"[[check]]\nname = 'a\tb'\nkind = 'http'\n"
             "url = 'http://a'\n"}
            .problem()
            .empty());
    CHECK(
        Told{"[[check]]\nname = \"it's | a=b 数据库 🐘\"\nkind = 'http'\n"
             "url = 'http://a'\n"}
            .problems()
            .empty());
}

TEST_CASE("options: --json is --format json, and contradicts the others") {
    for (const Lines& arguments : {Lines{"--json"}, Lines{"--format", "json"},
                                   Lines{"--json", "--format=json"}}) {
        Told told;
        told.load(arguments);
        CHECK(told.options.format == "json");
        CHECK(told.settings.run.json);
    }
    CHECK(Told{}.problem({"--json", "--format", "plugin"}) ==
          "--json and --format plugin contradict each other");
    CHECK(Told{}.problem({"--watch", "2s", "--format", "json"}) ==
          "--watch shows a table, not 'json'");
    CHECK(Told{}.problem({"--watch", "2s", "--json"}) ==
          "--watch shows a table, not 'json'");
}

TEST_CASE("options: --watch, --no-record and commands only look") {
    for (const Lines& arguments :
         {Lines{"--watch", "2s"}, Lines{"--no-record"}}) {
        Told told;
        told.load(arguments);
        CHECK(told.options.only_looks());
    }
    Told told;
    told.load({});
    CHECK_FALSE(told.options.only_looks());
}

TEST_CASE("options: no key of a kind is one of all checks or all programs") {
    // Declaring the same name twice throws, here and on the command line.
    for (const KindRow& row : kinds()) {
        CAPTURE(std::string{row.name});
        Told told;
        told.variables["LARK_BATCH_CONFIG"] = "/dev/null";
        const auto problems = told.problems({std::string{row.name}});
        CHECK(problems.size() <= 3);
        CHECK_FALSE(row.summary.empty());
        config::OptionSet entry{config::OptionSet::Purpose::entry};
        Check shown;
        declare_common(entry, shown);
        const auto kind = row.make();
        CHECK_NOTHROW(kind->declare(entry, shown));
        CHECK((kind->target().empty() ||
               entry.find(std::string{kind->target()}) != nullptr));
        for (const config::Option& option : entry.options()) {
            CAPTURE(option.declared().name);
            CHECK_FALSE(option.declared().help.empty());
        }
    }
}

}  // namespace lark_batch::healthcheck::test
