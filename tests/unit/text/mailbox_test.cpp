#include "lib/text/mailbox.hpp"

#include <doctest/doctest.h>

using namespace lark_batch;
using text::parse_mailbox;

TEST_CASE("mailbox: it has a name or none") {
    CHECK(parse_mailbox("a@example.com").address == "a@example.com");
    CHECK(parse_mailbox("a@example.com").name.empty());
    const auto named = parse_mailbox("\"Ops, night\" <a@example.com>");
    CHECK(named.name == "Ops, night");
    CHECK(named.address == "a@example.com");
    CHECK(parse_mailbox("Ops <a@example.com>").name == "Ops");
}

TEST_CASE("mailbox: half a form is an address that others refuse") {
    CHECK(parse_mailbox("Ops <a@example.com").address == "Ops <a@example.com");
    CHECK(parse_mailbox("").address.empty());
}
