#include "lib/lark/pages.hpp"

#include <doctest/doctest.h>

using lark_batch::lark::Pages;
using Step = Pages::Step;

TEST_CASE("pages: a chain is complete only when the server says so") {
    Pages pages;
    CHECK(pages.token().empty());
    CHECK(pages.advance(true, "a+/=") == Step::next);
    CHECK(pages.token() == "a+/=");
    CHECK(pages.advance(true, "b") == Step::next);
    CHECK(pages.advance(false, std::nullopt) == Step::complete);
}

TEST_CASE("pages: a page without has_more breaks the chain") {
    Pages pages;
    CHECK(pages.advance(std::nullopt, "a") == Step::broken);
    CHECK(pages.problem() == "a page does not say whether more follow");
}

TEST_CASE("pages: more pages without a token break the chain") {
    Pages pages;
    CHECK(pages.advance(true, std::nullopt) == Step::broken);
    CHECK(Pages{}.advance(true, "") == Step::broken);
}

TEST_CASE("pages: a token seen before breaks the chain, however far back") {
    Pages pages;
    CHECK(pages.advance(true, "a") == Step::next);
    CHECK(pages.advance(true, "b") == Step::next);
    CHECK(pages.advance(true, "a") == Step::broken);
    CHECK(pages.problem() == "a page token came twice");
}

TEST_CASE("pages: a chain beyond its limit is broken") {
    Pages pages{3};
    CHECK(pages.advance(true, "a") == Step::next);
    CHECK(pages.advance(true, "b") == Step::next);
    CHECK(pages.advance(true, "c") == Step::broken);
}

TEST_CASE("pages: a chain starts again once, and forgets its tokens") {
    Pages pages;
    CHECK(pages.advance(true, "a") == Step::next);
    CHECK(pages.restart());
    CHECK(pages.token().empty());
    CHECK(pages.advance(true, "a") == Step::next);
    CHECK_FALSE(pages.restart());
}
