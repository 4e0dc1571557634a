#include "tools/lark-healthcheck/web/exposition.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "lib/errors/error.hpp"
#include "tools/lark-healthcheck/web/selector.hpp"

namespace lark_batch::healthcheck {

namespace {

std::vector<Sample> all_of(std::string_view text) {
    std::vector<Sample> samples;
    Exposition exposition{text};
    while (const auto sample = exposition.next()) {
        samples.push_back(*sample);
    }
    return samples;
}

std::string fault_of(std::string_view text) {
    try {
        all_of(text);
        return "none";
    } catch (const errors::Error& error) {
        return error.what();
    }
}

bool selects(std::string_view selector, std::string_view line) {
    return Selector{selector}.matches(all_of(line).at(0));
}

}  // namespace

TEST_CASE("exposition: samples are read, everything else is passed over") {
    const auto samples = all_of(
        "# HELP a helps\r\n# TYPE a counter\na 1\r\n\n"
        "a:b_2{x=\"1\",y=\"}\\\"\"} +Inf 1395066363000\n"
        "  spaced { x = \"1\" , } 1.5e3 \n"
        "b_bucket{le=\"1\"} 17 # {trace_id=\"a\"} 0.67\n"
        "n NaN\nm -Inf\n# EOF");
    REQUIRE(samples.size() == 6);
    CHECK(samples[0].name == "a");
    CHECK(samples[0].value == 1);
    CHECK(samples[1].name == "a:b_2");
    CHECK(std::isinf(samples[1].value));
    CHECK(parse_labels(samples[1].labels) ==
          SeriesLabels{{"x", "1"}, {"y", "}\""}});
    CHECK(parse_labels(samples[2].labels) == SeriesLabels{{"x", "1"}});
    CHECK(samples[2].value == 1'500);
    CHECK(samples[3].value == 17);
    CHECK(std::isnan(samples[4].value));
    CHECK(samples[5].value < 0);
}

TEST_CASE("exposition: the line that is no sample is named") {
    CHECK(fault_of("a 1\nb\n") == "line 2 is no sample: 'b'");
    CHECK(fault_of("a one") == "line 1 is no sample: 'a one'");
    CHECK(fault_of("a{x=\"1} 2") == "line 1 is no sample: 'a{x=\"1} 2'");
    CHECK(fault_of("{x=\"1\"} 2") == "line 1 is no sample: '{x=\"1\"} 2'");
    CHECK(fault_of("<html>").find("line 1") == 0);
    CHECK(fault_of("") == "none");
    CHECK_THROWS_AS(parse_labels("x"), errors::Error);
    CHECK_THROWS_AS(parse_labels("x=1"), errors::Error);
    CHECK_THROWS_AS(parse_labels("x=\"1\" y=\"2\""), errors::Error);
}

TEST_CASE("selector: series are chosen as PromQL does") {
    const std::string line = "up{job=\"api\",code=\"503\"} 1";
    for (const char* selector :
         {"up", "up{}", "up{job=\"api\"}", "{job=\"api\"}",
          "up{ job = \"api\" , code=~\"5..\" }", "up{job!=\"db\"}",
          "up{code!~\"4..\"}", "up{zone=\"\"}", "up{job=~\"a.*|b\"}"}) {
        CAPTURE(std::string{selector});
        CHECK(selects(selector, line));
    }
    for (const char* selector :
         {"down", "up{job=\"ap\"}", "up{code=~\"50\"}", "up{job!=\"api\"}",
          "up{zone!=\"\"}", "up{job=\"api\",code=\"200\"}"}) {
        CAPTURE(std::string{selector});
        CHECK_FALSE(selects(selector, line));
    }
    for (const char* text :
         {"", "{}", "up{", "up{job}", "up{job=api}", "up{job=\"a\"", "up down",
          "up{job=\"a\" b=\"\"}", "up{job==\"a\"}", "9-1"}) {
        CAPTURE(std::string{text});
        CHECK(check_selector(text));
    }
}

TEST_CASE("comparison: a selector, a sign and a number") {
    const Comparison less{"queue{q=\"a < b\"}<1e2"};
    CHECK(less.selector().text() == "queue{q=\"a < b\"}");
    CHECK(less.wish() == "< 1e2");
    CHECK(less.holds(99));
    CHECK_FALSE(less.holds(100));
    CHECK_FALSE(less.holds(std::nan("")));
    CHECK_FALSE(less.any_is_enough());
    CHECK(Comparison{"any up == 1"}.any_is_enough());
    CHECK(Comparison{"a >= -1.5"}.holds(-1.5));
    CHECK(Comparison{"a != 0"}.holds(1));
    CHECK(Comparison{"a <= +Inf"}.holds(1e300));
    for (const char* text : {"", "a", "a 1", "a < ", "a < b", "< 1", "a = 1",
                             "any < ", "a < 1 2"}) {
        CAPTURE(std::string{text});
        CHECK(check_comparison(text));
    }
}

}  // namespace lark_batch::healthcheck
