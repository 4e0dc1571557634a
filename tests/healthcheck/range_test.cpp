#include "tools/lark-healthcheck/range.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "lib/errors/error.hpp"

namespace lark_batch::healthcheck {

TEST_CASE("range: the five forms of the guidelines") {
    CHECK_FALSE(Range{"10"}.alerts(0));
    CHECK_FALSE(Range{"10"}.alerts(10));
    CHECK(Range{"10"}.alerts(10.001));
    CHECK(Range{"10"}.alerts(-0.001));
    CHECK(Range{"10:"}.alerts(9.9));
    CHECK_FALSE(Range{"10:"}.alerts(1e300));
    CHECK(Range{"~:10"}.alerts(11));
    CHECK_FALSE(Range{"~:10"}.alerts(-1e300));
    CHECK(Range{"10:20"}.alerts(9));
    CHECK(Range{"10:20"}.alerts(21));
    CHECK_FALSE(Range{"10:20"}.alerts(15));
    CHECK(Range{"@10:20"}.alerts(10));
    CHECK(Range{"@10:20"}.alerts(20));
    CHECK_FALSE(Range{"@10:20"}.alerts(21));
    CHECK(Range{":5"}.alerts(-1));
    CHECK_FALSE(Range{}.alerts(1e300));
}

TEST_CASE("range: negative bounds, and both ends the same") {
    CHECK_FALSE(Range{"-10:-5"}.alerts(-7));
    CHECK(Range{"-10:-5"}.alerts(0));
    CHECK_FALSE(Range{"3:3"}.alerts(3));
    CHECK(Range{"3:3"}.alerts(3.1));
}

TEST_CASE("range: no number at all is never good") {
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    CHECK(Range{"10"}.alerts(nothing));
    CHECK(Range{"~:10"}.alerts(nothing));
    CHECK_FALSE(Range{}.alerts(nothing));
}

TEST_CASE("range: units become seconds and bytes") {
    CHECK(Range{"500ms"}.str() == "0.5");
    CHECK(Range{"1.5h"}.str() == "5400");
    CHECK(Range{"7d:"}.str() == "604800:");
    CHECK(Range{"4KiB:2GiB"}.str() == "4096:2147483648");
    CHECK(Range{"1.5TiB:"}.alerts(1.4 * 1024 * 1024 * 1024 * 1024));
    CHECK(Range{"80%"}.str() == "80");
    CHECK(Range{"80%"}.written() == "80%");
}

TEST_CASE("range: performance data has it in base units and no exponent") {
    CHECK(Range{"@10:20"}.str() == "@10:20");
    CHECK(Range{"~:0.25"}.str() == "~:0.25");
    CHECK(Range{"100000000000000000000"}.str() == "100000000000000000000");
    CHECK(Range{}.str().empty());
}

TEST_CASE("range: what is none is refused with its text and a hint") {
    for (const char* text : {"", " ", "@", "~", "x", "1:2:3", "10:5", "5x",
                             "ten", "1e", "--5", "nan", "inf", "5 x", "1,5"}) {
        CAPTURE(std::string{text});
        CHECK_THROWS_AS(Range{text}, errors::Error);
    }
    try {
        const Range range{"20:10"};
        FAIL("not refused");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(std::string{error.what()} == "'20:10' is no range");
        CHECK_FALSE(error.hint().empty());
    }
    CHECK(check_range("20:10").value().find("'20:10'") != std::string::npos);
    CHECK_FALSE(check_range("2s").has_value());
    CHECK_FALSE(check_range("").has_value());
}

}  // namespace lark_batch::healthcheck
