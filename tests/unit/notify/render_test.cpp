#include "lib/notify/render.hpp"

#include <simdjson.h>

#include "tests/unit/notify/samples.hpp"

using namespace lark_batch::notify;
using namespace lark_batch::notify::test;

namespace {

std::string colour_of(const Digest& digest) {
    return between(card_json(digest), R"("template":")", "\"");
}

}  // namespace

TEST_CASE("render: a card's header has the colour of the severity") {
    CHECK(colour_of(digest_of({entry_of("a", 1)})) == "blue");
    CHECK(colour_of(digest_of({entry_of("a", 2)})) == "orange");
    CHECK(colour_of(digest_of({entry_of("a", 3)})) == "red");
    CHECK(colour_of(digest_of({entry_of("a", 3, EntryKind::recovered)})) ==
          "green");
}

TEST_CASE("render: a card is of version 2.0 with its elements in the body") {
    simdjson::dom::parser parser;
    const auto card = parser.parse(
        card_json(digest_of({entry_of("a"), entry_of("b")}, Language::en, 3)));
    CHECK(std::string_view{card["schema"]} == "2.0");
    CHECK(std::string_view{card["header"]["title"]["content"]} ==
          "Tokens · hr");
    const simdjson::dom::array elements = card["body"]["elements"];
    REQUIRE(elements.size() == 3);
    CHECK(std::string_view{elements.at(0)["content"]} == "**5 urgent**");
    CHECK(std::string_view{elements.at(1)["content"]} ==
          "- &#91;urgent&#93; a\n- &#91;urgent&#93; b");
    CHECK(std::string_view{elements.at(2)["content"]} == "and 3 more");
}

TEST_CASE("render: a value cannot become markup") {
    const auto digest = digest_of({entry_of("<at id=all></at> **x**")});
    CHECK_FALSE(has(card_json(digest), "<at"));
    CHECK_FALSE(has(card_json(digest), "**x"));
    CHECK_FALSE(has(html_text(digest), "<at"));
}

TEST_CASE("render: links are in every form, and end nothing") {
    Source linking = source();
    linking.links = [](const Entry&, Language) {
        return std::vector<Link>{{"Look", "https://a.example/x?q=(1)\"><b>"},
                                 {"Bad", "javascript:alert(1)"},
                                 {"Mine", "https://a.example/ada@example.com"}};
    };
    const Digest digest = make_digest(
        linking, Templates{"", "check_tokens"}, {"ops", Language::en},
        group_of({entry_of("a")}), {entry_of("a")});
    const std::string url = "https://a.example/x?q=%281%29%22%3E%3Cb%3E";
    CHECK(has(card_json(digest), "a [Look](" + url + ")\""));
    CHECK(has(plain_text(digest), "a\n  Look: " + url + "\n"));
    CHECK(has(html_text(digest), " <a href=\"" + url + "\">Look</a></li>"));
    CHECK(has(object_json(digest, ""),
              R"("links":[{"label":"Look","url":")" + url + R"("}]})"));
}

TEST_CASE("render: plain text reads like the card") {
    CHECK(plain_text(digest_of({entry_of("a")}, Language::en, 2)) ==
          "Tokens · hr\n3 urgent\n\n- [urgent] a\nand 2 more\n");
}

TEST_CASE("render: a page names its language") {
    CHECK(has(html_text(digest_of({entry_of("a")}, Language::zh)),
              "<html lang=\"zh\">"));
}

TEST_CASE("render: the object has all that is known, for programs") {
    Entry entry = entry_of("a", 3, EntryKind::escalated);
    entry.previous = 2;
    const Digest digest = digest_of({entry}, Language::en, 6);
    CHECK(object_json(digest, "2026-11-22T02:15:40.123Z") ==
          R"({"schema_version":1,"id":")" + digest.id() +
              R"(","sent_at":"2026-11-22T02:15:40.123Z",)"
              R"("source":"check_tokens","channel":"ops","app":"hr",)"
              R"("severity":"critical","language":"en",)"
              R"("heading":"Tokens · hr","summary":"7 critical",)"
              R"("counts":[{"label":"user_access_token",)"
              R"("severity":"critical","kind":"escalated","count":7}],)"
              R"("entries":[{"topic":"a","kind":"escalated",)"
              R"("severity":"critical","previous_severity":"urgent",)"
              R"("app":"hr","label":"user_access_token","person":"ou_1",)"
              R"("text":"[critical, was urgent] a","facts":{"days": "3"}}],)"
              R"("more":6})");
    CHECK(has(
        object_json(digest_of({entry_of("a", 1, EntryKind::recovered)}), ""),
        R"("severity":"recovered")"));
}
