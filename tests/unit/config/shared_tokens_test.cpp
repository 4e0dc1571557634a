#include <doctest/doctest.h>

#include "lib/config/shared_options.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

namespace {

constexpr const char* k_two_keys =
    "[[token_key]]\nid = \"2026-10\"\nsecret_file = \"old\"\n"
    "[[token_key]]\nid = \"2026-11\"\nsecret_file = \"new\"\n";

struct TokensRun : Run {
    TokenSettings tokens;

    explicit TokensRun(bool wanted = true) {
        options = OptionSet{};
        tokens.keys_wanted = [wanted] { return wanted; };
        declare_tokens(options, tokens);
        folder.write("old", "old-hunter2");
        folder.write("new", "new-hunter2");
    }
};

Strings problems_of(const std::string& content) {
    TokensRun run;
    run.file(content);
    return run.problems();
}

}  // namespace

TEST_CASE("shared_tokens: the last key seals unless another is named") {
    TokensRun run;
    run.file(k_two_keys);
    run.load();
    REQUIRE(run.tokens.keys.size() == 2);
    CHECK(run.tokens.keys[0].id == "2026-10");
    CHECK(run.tokens.keys[1].secret.reveal() == "new-hunter2");
    CHECK(run.tokens.key == "2026-11");
    TokensRun named;
    named.file(std::string{"[tokens]\nkey = \"2026-10\"\n"} + k_two_keys);
    named.load();
    CHECK(named.tokens.key == "2026-10");
}

TEST_CASE("shared_tokens: without any key there is none to seal with") {
    TokensRun run;
    run.load();
    CHECK(run.tokens.keys.empty());
    CHECK(run.tokens.key.empty());
}

TEST_CASE("shared_tokens: an unknown key to seal with has a suggestion") {
    CHECK(problems_of(std::string{"[tokens]\nkey = \"2026-112\"\n"} +
                      k_two_keys) ==
          Strings{"tokens.key names the unknown key '2026-112'"
                  " (did you mean '2026-11'?)"});
    CHECK(problems_of("[tokens]\nkey = \"main\"\n") ==
          Strings{"tokens.key names the unknown key 'main'"
                  " (add a [[token_key]] with this id)"});
}

TEST_CASE("shared_tokens: two keys of one id, or an id of none, are refused") {
    const auto twice = problems_of(
        "[[token_key]]\nid = \"a\"\nsecret_file = \"old\"\n"
        "[[token_key]]\nid = \"a\"\nsecret_file = \"new\"\n");
    CHECK(twice == Strings{"5:6 'id' 'a' is used twice in [[token_key]]"});
    const auto without = problems_of("[[token_key]]\nsecret_file = \"old\"\n");
    REQUIRE_FALSE(without.empty());
    CHECK(has(without[0], "'id' is missing in [[token_key]]"));
    const auto strange =
        problems_of("[[token_key]]\nid = \"a b\"\nsecret_file = \"old\"\n");
    REQUIRE(strange.size() == 1);
    CHECK(has(strange[0], "'id' must be 1 to 64 letters"));
}

TEST_CASE("shared_tokens: a key has no place in the file itself") {
    const auto problems =
        problems_of("[[token_key]]\nid = \"a\"\nsecret = \"hunter2\"\n");
    REQUIRE_FALSE(problems.empty());
    CHECK(has(problems[0], "'secret' is a secret"));
    for (const auto& problem : problems) {
        CHECK_FALSE(has(problem, "hunter2"));
    }
}

TEST_CASE("shared_tokens: the credential is named like the key") {
    TokensRun run;
    run.folder.write("token-key-2026-11", "from-systemd");
    run.variables["CREDENTIALS_DIRECTORY"] = run.folder.path("");
    run.file("[[token_key]]\nid = \"2026-11\"\n");
    run.load();
    CHECK(run.tokens.keys.at(0).secret.reveal() == "from-systemd");
    const auto problems = problems_of("[[token_key]]\nid = \"2026-11\"\n");
    REQUIRE(problems.size() == 1);
    CHECK(has(problems[0], "the credential 'token-key-2026-11'"));
}

TEST_CASE("shared_tokens: programs without tokens read no key") {
    TokensRun run{false};
    run.file("[[token_key]]\nid = \"a\"\nsecret_file = \"/no/such/file\"\n");
    CHECK_NOTHROW(run.load());
    CHECK(run.tokens.key == "a");
    CHECK(run.tokens.keys.at(0).secret.empty());
}

TEST_CASE("shared_tokens: no key is printed") {
    TokensRun run;
    run.file(k_two_keys);
    run.load();
    const auto printed = print_config(run.options);
    CHECK(has(printed, "[[token_key]]\nid = \"2026-10\""));
    CHECK_FALSE(has(printed, "hunter2"));
}

}  // namespace lark_batch::config::test
