#include "lib/text/table.hpp"

#include <doctest/doctest.h>

namespace lark_batch::text {

TEST_CASE("table: CJK and emoji take two columns, others one") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("é") == 1);
    CHECK(display_width("人事部") == 6);
    CHECK(display_width("カナ") == 4);
    CHECK(display_width("한글") == 4);
    CHECK(display_width("（￥）") == 6);
    CHECK(display_width("😀") == 2);
    CHECK(display_width("✅❌⚡") == 6);
    CHECK(display_width("→✓") == 2);
    CHECK(display_width("𠮷") == 2);
}

TEST_CASE("table: marks that join the character before take no column") {
    CHECK(display_width("e\xcc\x81") == 1);                 // e and U+0301
    CHECK(display_width("\xe2\x9d\xa4\xef\xb8\x8f") == 1);  // U+2764 U+FE0F
}

TEST_CASE("table: bytes that are not UTF-8 count one each, none is eaten") {
    CHECK(display_width("\xff\x80") == 2);
    CHECK(display_width("\xe4"
                        "AB") == 3);
    CHECK(display_width("A\xf0\x9f") == 3);
}

TEST_CASE("table: columns line up by width, not by bytes") {
    Table table;
    table.column("name").column("n", Align::right).column("note");
    table.row({"人事部", "5", "x"}).row({"ops", "12000", ""});
    CHECK(table.str() ==
          "name        n  note\n"
          "人事部      5  x\n"
          "ops     12000\n");
}

TEST_CASE("table: missing cells are empty, surplus ones are dropped") {
    Table table;
    table.column("a").column("b");
    table.row({"1"}).row({"1", "2", "3"}).row({});
    CHECK(table.str() == "a  b\n1\n1  2\n\n");
}

TEST_CASE("table: without rows there is nothing to print") {
    Table table;
    CHECK(table.column("a").str() == "");
}

}  // namespace lark_batch::text
