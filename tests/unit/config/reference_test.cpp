#include <doctest/doctest.h>

#include "lib/config/render.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("reference: each option is a row of its group's table") {
    Run run;
    const auto page = reference(run.program, run.options);
    CHECK(page.starts_with("## lark-test\n\ntests the settings\n"));
    CHECK(has(page, "### Database\n"));
    CHECK(has(page,
              "| `--count` | `count` | `LARK_BATCH_COUNT` |"
              " integer, 1 .. 64 | `4` | how many |\n"));
    CHECK(has(page,
              "| | `database.password_file`, `database.password_env` |"
              " `LARK_BATCH_DATABASE_PASSWORD_FILE` | secret | |"
              " what nobody may see |\n"));
}

TEST_CASE("reference: what programs share stands there once") {
    Run one;
    Run two;
    bool extra = false;
    two.program.name = "lark-other";
    two.options.add("extra", extra).help("something else");
    const auto page =
        reference({{&one.program, &one.options}, {&two.program, &two.options}});
    CHECK(page.starts_with("## All programs\n"));
    CHECK(page.find("`--count`") == page.rfind("`--count`"));
    CHECK(page.find("`--extra`") > page.find("## lark-other"));
}

TEST_CASE("reference: each variant of a table has rows of its own") {
    Run run;
    std::string kind;
    std::string url;
    run.options
        .add_tables("check", "what is looked at",
                    [&](OptionSet& set) { set.add("kind", kind).help("how"); })
        .variants_by("kind", {{"http", "a web service"}},
                     [&](OptionSet& set, const std::string& name) {
                         CHECK(name == "http");
                         CHECK(set.is_description());
                         set.add("url", url).help("what is asked");
                     });
    const auto page = reference(run.program, run.options);
    CHECK(has(page, "`[[check]]` of kind `http`: a web service"));
    CHECK(page.find("`url`") > page.find("of kind `http`"));
}

}  // namespace lark_batch::config::test
