#include "lib/text/strings.hpp"

#include <doctest/doctest.h>

namespace lark_batch::text {

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("strings: trim takes blanks off both ends, none from the middle") {
    CHECK(trim(" \t\r\n\f\va b \n") == "a b");
    CHECK(trim("") == "");
    CHECK(trim(" \n ") == "");
}

TEST_CASE("strings: split keeps empty parts, join puts them back") {
    CHECK(split("a,,b,", ',') == Words{"a", "", "b", ""});
    CHECK(split("", ',') == Words{""});
    for (const std::string text : {"a,,b,", ",a", ",,", "a", ""}) {
        CAPTURE(text);
        CHECK(join(split(text, ','), ",") == text);
    }
    CHECK(join(Words{}, ", ") == "");
    CHECK(join(Words{"a", "b"}, ", ") == "a, b");
}

TEST_CASE("strings: every occurrence is replaced") {
    CHECK(replace_all("a-b-c", '-', '_') == "a_b_c");
    CHECK(replace_all("", '-', '_') == "");
}

TEST_CASE("strings: a number is a whole decimal number and nothing else") {
    CHECK(parse_integer("0") == 0);
    CHECK(parse_integer("-12") == -12);
    CHECK(parse_integer("9223372036854775807") == 9223372036854775807LL);
    for (const auto* text : {"", " 1", "1 ", "+1", "1.0", "0x1", "-", "1e3",
                             "9223372036854775808"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_integer(text));
    }
}

TEST_CASE("strings: the nearest word is offered only when it is near") {
    const Words words{"timeout", "timezone", "trigger"};
    CHECK(nearest("timout", words) == "timeout");
    CHECK(nearest("timezones", words) == "timezone");
    CHECK(nearest("trigger", words) == "trigger");
    CHECK_FALSE(nearest("database", words));
    CHECK_FALSE(nearest("x", Words{}));
}

TEST_CASE("strings: of two equally near words the first is offered") {
    CHECK(nearest("bat", Words{"cat", "hat"}) == "cat");
    CHECK(nearest("bat", Words{"cart", "hat"}) == "hat");
}

TEST_CASE("strings: percent-encoding leaves unreserved characters only") {
    CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encode("a b/c?d=e&f+%") == "a%20b%2Fc%3Fd%3De%26f%2B%25");
    CHECK(percent_encode("\xe4\xba\xba") == "%E4%BA%BA");
    CHECK(percent_encode(std::string_view{"\0\xff", 2}) == "%00%FF");
}

TEST_CASE("strings: the length of a UTF-8 character, 0 for what is none") {
    CHECK(utf8_length("a") == 1);
    CHECK(utf8_length("\xc3\xa9") == 2);
    CHECK(utf8_length("\xe4\xba\xba") == 3);
    CHECK(utf8_length("\xf0\x9f\x98\x80") == 4);
    CHECK(utf8_length("") == 0);
    for (const auto* text :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
          "\xe4\xba", "\xe4\x41\x41",
          "\xf0\x9f\x98"
          "A",
          "\xff"}) {
        CAPTURE(text);
        CHECK(utf8_length(text) == 0);
    }
}

TEST_CASE("strings: an excerpt is cut between characters, never inside one") {
    const std::string text = "a\xe4\xba\xba\xf0\x9f\x98\x80z";  // 1+3+4+1
    CHECK(excerpt(text, 9) == text);
    CHECK(excerpt(text, 100) == text);
    CHECK(excerpt(text, 8) == "a\xe4\xba\xba\xf0\x9f\x98\x80...");
    for (const std::size_t limit : {4, 5, 6, 7}) {
        CAPTURE(limit);
        CHECK(excerpt(text, limit) == "a\xe4\xba\xba...");
    }
    for (const std::size_t limit : {1, 2, 3}) {
        CAPTURE(limit);
        CHECK(excerpt(text, limit) == "a...");
    }
    CHECK(excerpt(text, 0) == "...");
    CHECK(excerpt("", 0) == "");
}

TEST_CASE("strings: an excerpt is one line that moves no cursor") {
    CHECK(excerpt("a\r\n\tb\x1b[31mc\x7f", 99) == "a   b [31mc ");
    CHECK(excerpt("a\xc2\x9b"
                  "31m",
                  99) == "a 31m");
    CHECK(excerpt(std::string_view{"a\0b", 3}, 99) == "a b");
}

TEST_CASE("strings: an excerpt is UTF-8 whatever the bytes were") {
    CHECK(excerpt("\xd6\xd0\xce\xc4", 99) == "????");  // GBK
    CHECK(excerpt("a\xe4\xba", 99) == "a??");
    CHECK(excerpt("\x80\x80\x80\x80", 2).find('\x80') == std::string::npos);
}

}  // namespace lark_batch::text
