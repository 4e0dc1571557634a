#include "lib/notify/templates.hpp"

#include <doctest/doctest.h>

#include <array>

#include "lib/errors/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;

namespace {

// Message and hint of what reading the folder says.
std::string complaint(const test::TempDir& folder) {
    try {
        const Templates templates{folder.path().string(), "check_tokens"};
        return "";
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        return std::string{error.what()} + " | " + error.hint();
    }
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("templates: placeholders are filled, doubled braces stay") {
    const Template greeting{"{{{name}}}: {greeting}", {"name", "greeting"}};
    CHECK(greeting.fill({{"name", "hr"}, {"greeting", "hello {name}"}}) ==
          "{hr}: hello {name}");
    CHECK(greeting.fill({}) == "{}: ");
}

TEST_CASE("templates: any fact may be named") {
    const Template text{"{facts.days} days", {"facts.*"}};
    CHECK(text.fill({{"facts.days", "3"}}) == "3 days");
}

TEST_CASE("templates: a file stands in for the built-in text") {
    const test::TempDir folder;
    folder.write("heading.en.txt", "Careful: {heading}\n");
    folder.write("check_tokens.entry.en.txt", "{text} ({facts.days})");
    folder.write("entry.en.txt", "for others");
    folder.write("healthcheck.entry.en.txt", "for another one");
    folder.write("README.md", "not ours");
    folder.write("part.en.txt", " - {part}\r\n");
    constexpr std::array<std::string_view, 2> sources{"check_tokens",
                                                      "healthcheck"};
    const Templates templates{folder.path().string(), "check_tokens", sources};
    CHECK(templates.get(TextName::heading, Language::en)
              .fill({{"heading", "x"}}) == "Careful: x");
    CHECK(templates.get(TextName::part, Language::en).fill({{"part", "2"}}) ==
          " - 2");
    CHECK(templates.get(TextName::heading, Language::zh)
              .fill({{"heading", "x"}}) == "x");
    CHECK(templates.get(TextName::entry, Language::en)
              .fill({{"text", "x"}, {"facts.days", "3"}}) == "x (3)");
}

TEST_CASE("templates: what is wrong with a file names it") {
    const auto said = [](const std::string& name, const std::string& text) {
        const test::TempDir folder;
        folder.write(name, text);
        return complaint(folder);
    };
    CHECK(has(said("heading.en.txt", "{heading"), "a '{' without '}'"));
    CHECK(has(said("heading.en.txt", "heading}"), "a '}' without '{'"));
    CHECK(has(said("heading.en.txt", "{headng}"),
              "heading.en.txt': unknown placeholder '{headng}' | did you mean"
              " '{heading}'?"));
    CHECK(has(said("heading.en.txt", "a\nb"), "more than one line"));
    CHECK(has(said("more.zh.txt", "\xff"), "not UTF-8"));
    CHECK(has(said("heding.en.txt", "a"),
              "is none of ours | did you mean 'heading.en.txt'?"));
    CHECK(has(said("heading.de.txt", "a"), "is none of ours"));
    CHECK(has(said("check-tokens.entry.en.txt", "a"),
              "unknown source 'check-tokens' | did you mean 'check_tokens'?"));
}

TEST_CASE("templates: a folder that is not there is a mistake") {
    CHECK_THROWS_AS((Templates{"/nonexistent/templates", "x"}), errors::Error);
}
