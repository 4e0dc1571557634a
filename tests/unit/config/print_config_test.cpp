#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("print_config: every value stands there with its origin") {
    Run run;
    run.file("level = \"debug\"\n");
    run.variables["LARK_BATCH_COUNT"] = "3";
    run.load({"--wait", "3s", "--no-push"});
    const auto text = print_config(run.options);
    const auto line = [&](const std::string& start) {
        const auto at = text.find("\n" + start);
        REQUIRE(at != text.npos);
        return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    };
    CHECK(line("database.url").ends_with("  # default"));
    CHECK(line("level").starts_with("level = \"debug\" "));
    CHECK(line("level").ends_with("lark-batch.toml:1"));
    CHECK(line("count").ends_with("  # environment LARK_BATCH_COUNT"));
    CHECK(line("wait").ends_with("  # command line"));
    CHECK(line("--no-push").starts_with("--no-push = false"));
    CHECK(
        line("database.password").starts_with("database.password = (not set)"));
}

TEST_CASE("print_config: what may hold a key is veiled, value by value") {
    Run run;
    const auto stars = [](const std::string& value) {
        return value.substr(0, 1) + "***";
    };
    std::string text = "token-1";
    std::string nothing;
    Strings list{"a-key", "b-key"};
    run.options.add("text", text).veiled(stars);
    run.options.add("nothing", nothing).veiled(stars);
    run.options.add("list", list).veiled(stars);
    run.load({});
    const auto shown = print_config(run.options);
    CHECK(has(shown, "text = \"t***\""));
    CHECK(has(shown, "nothing = \"\""));
    CHECK(has(shown, "list = [\"a***\", \"b***\"]"));
    CHECK_FALSE(has(shown, "token-1"));
    CHECK_FALSE(has(shown, "key"));
}

TEST_CASE("print_config: it does not speak of itself") {
    Run run;
    bool asked = false;
    run.options.add("print-config", asked).places(Places::command_line);
    run.load({"--print-config"});
    CHECK(asked);
    CHECK_FALSE(has(print_config(run.options), "print-config"));
}

}  // namespace lark_batch::config::test
