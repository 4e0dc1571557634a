#include "tools/lark-healthcheck/wire/pattern.hpp"

#include <doctest/doctest.h>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"

namespace lark_batch::healthcheck {

TEST_CASE("pattern: lines are searched as by grep -E") {
    CHECK(Pattern{"b.d"}.found_in("abcde"));
    CHECK(Pattern{"^abc$"}.found_in("x\r\nabc\r\ny"));
    CHECK(Pattern{"^$"}.found_in(""));
    CHECK(Pattern{"a|^c"}.found_in("cb"));
    CHECK_FALSE(Pattern{"^b"}.found_in("ab"));
    CHECK_FALSE(Pattern{"a.b"}.found_in("a\nb"));
    CHECK(Pattern{"b$"}.found_in(std::string_view{"a\0b", 3}));
    CHECK(Pattern{"[0-9]{3}"}.found_in("status 503"));
    CHECK(Pattern{"\xe5\x81\xa5"}.found_in("\xe5\x81\xa5\xe5\xba\xb7"));
}

TEST_CASE("pattern: a whole text is a whole text") {
    CHECK(Pattern{"5..|404"}.is_all_of("503"));
    CHECK_FALSE(Pattern{"5..|404"}.is_all_of("4041"));
    CHECK_FALSE(Pattern{"5.."}.is_all_of("1503"));
}

TEST_CASE("pattern: what POSIX reads otherwise is refused") {
    for (const char* text : {"a(", "[", "\\d+", "(?i)x", "(a)\\1", "x{2,1}"}) {
        CAPTURE(std::string{text});
        CHECK_THROWS_AS(Pattern{text}, errors::Error);
        CHECK(check_pattern(text));
    }
    CHECK_FALSE(check_pattern("a\\.b\\\\d"));
}

TEST_CASE("pattern: one line of a megabyte is searched in linear time") {
    const std::string line(1u << 20, 'a');
    const auto begin = clock::system_clock().instant();
    CHECK_FALSE(Pattern{"a.*b"}.found_in(line));
    CHECK_FALSE(Pattern{"(a+)+b"}.found_in(line));
    CHECK_FALSE(Pattern{"(x+x+)+y|a*b"}.found_in(line));
    const auto spent = clock::system_clock().instant() - begin;
    CHECK(spent < std::chrono::seconds{5});
}

}  // namespace lark_batch::healthcheck
