#include "tools/lark-healthcheck/finding.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tools/lark-healthcheck/answer/wording.hpp"

namespace lark_batch::healthcheck {

TEST_CASE("finding: the worst note decides and is told first") {
    Finding finding;
    finding.ok("connected").note(State::warning, "slow").fail("no vhost");
    finding.note(State::unknown, "no idea");
    CHECK(finding.state == State::critical);
    CHECK(finding.message() == "no vhost, no idea, slow, connected");
}

TEST_CASE("finding: CRITICAL is worse than UNKNOWN, and that than WARNING") {
    CHECK(worse(State::critical, State::unknown) == State::critical);
    CHECK(worse(State::warning, State::unknown) == State::unknown);
    CHECK(worse(State::ok, State::warning) == State::warning);
}

TEST_CASE("finding: a value beyond its limits is told with the limit") {
    Finding finding;
    finding.measure({"time", 2.5, "s", {Range{"1s"}, Range{"2s"}}});
    CHECK(finding.state == State::critical);
    CHECK(finding.message() == "time is 2.5 s (limit 2s)");
    finding.measure({"used", 85, "%", {Range{"80%"}, Range{"90%"}}},
                    "85 % of connections");
    CHECK(finding.message() ==
          "time is 2.5 s (limit 2s), 85 % of connections (limit 80%)");
    finding.measure({"depth", 3, "", {Range{"10"}, Range{"20"}}});
    CHECK(finding.measurements.size() == 3);
    CHECK(finding.message().find("depth") == std::string::npos);
}

TEST_CASE("finding: names of states are read back") {
    for (const State state :
         {State::ok, State::warning, State::critical, State::unknown}) {
        CHECK(state_of(name_of(state)) == state);
    }
    CHECK_FALSE(state_of("OK").has_value());
}

TEST_CASE("wording: numbers in the unit that a person would choose") {
    CHECK(in_words(0.0123, "s") == "12.3 ms");
    CHECK(in_words(0.9996, "s") == "1000 ms");
    CHECK(in_words(2.5, "s") == "2.5 s");
    CHECK(in_words(300, "s") == "5 min");
    CHECK(in_words(7 * 86'400, "s") == "7 d");
    CHECK(in_words(-90'000, "s") == "-25 h");
    CHECK(in_words(1'500'000'000, "B") == "1.4 GiB");
    CHECK(in_words(1'023, "B") == "1023 B");
    CHECK(in_words(93, "%") == "93 %");
    CHECK(in_words(12, "") == "12");
    CHECK(in_words(std::numeric_limits<double>::quiet_NaN(), "s") ==
          "no number");
}

TEST_CASE("wording: performance data knows no exponent") {
    CHECK(plain_number(0.0123) == "0.0123");
    CHECK(plain_number(1e15) == "1000000000000000");
    CHECK(plain_number(-1e-9) == "0");
    CHECK(plain_number(42) == "42");
}

TEST_CASE("wording: a text is cut by the columns that it takes") {
    CHECK(fitted("database", 0) == "database");
    CHECK(fitted("database", 8) == "database");
    CHECK(fitted("database", 5) == "data…");
    CHECK(fitted("数据库主", 5) == "数据…");
    CHECK(fitted("数据库主", 8) == "数据库主");
}

}  // namespace lark_batch::healthcheck
