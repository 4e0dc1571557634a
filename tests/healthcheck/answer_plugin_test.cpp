#include "tools/lark-healthcheck/answer/answer_plugin.hpp"

#include <limits>

#include "tests/healthcheck/fixture.hpp"

namespace lark_batch::healthcheck::test {

namespace {

std::string lines_for(const std::vector<Outcome>& outcomes,
                      const std::string& cut_short = {}) {
    return plugin_lines(outcomes, summary_of(outcomes, cut_short));
}

Measurement memory() {
    return {"memory", 1.5e9, "B", {Range{"1GiB"}, Range{"@2GiB:"}}, 0.0, 4e9};
}

}  // namespace

TEST_CASE("plugin: one check is one line with its performance data") {
    Checks checks;
    Outcome one = outcome(checks.add("redis"), State::ok, "PONG");
    one.measurements[0].limits = {Range{"2"}, Range{"5"}};
    CHECK(lines_for({one}) == "OK: PONG | 'time'=0.012s;2;5;0\n");
    one.message.clear();
    one.measurements = {memory()};
    CHECK(lines_for({one}) ==
          "OK: redis | "
          "'memory'=1500000000B;1073741824;@2147483648:;0;4000000000\n");
    one.measurements.clear();
    CHECK(lines_for({one}) == "OK: redis\n");
}

TEST_CASE("plugin: several checks, what is wrong on the first line") {
    Checks checks;
    const std::vector<Outcome> list{
        outcome(checks.add("disk"), State::ok, "80 GiB free"),
        outcome(checks.add("queue"), State::warning, "2 consumers"),
        outcome(checks.add("main database"), State::critical,
                "connection refused")};
    CHECK(lines_for(list) ==
          "CRITICAL: 2 of 3 checks: main database (connection refused), "
          "queue (2 consumers) | 'disk time'=0.012s;;;0 "
          "'queue time'=0.012s;;;0 'main database time'=0.012s;;;0\n"
          "CRITICAL main database: connection refused\n"
          "WARNING queue: 2 consumers\n"
          "OK disk: 80 GiB free\n");
}

TEST_CASE("plugin: all is well, some are skipped") {
    Checks checks;
    std::vector<Outcome> list{outcome(checks.add("a"), State::ok, ""),
                              outcome(checks.add("b"), State::ok, "fine")};
    CHECK(lines_for(list).starts_with("OK: 2 checks | 'a time'="));
    list[1].state.reset();
    list[1].message = "needs 'x', which is down";
    CHECK(lines_for(list) ==
          "OK: 2 checks; 1 skipped | 'a time'=0.012s;;;0\n"
          "SKIPPED b: needs 'x', which is down\nOK a\n");
}

TEST_CASE("plugin: a run that was cut short is said to be partial") {
    Checks checks;
    std::vector<Outcome> list{
        outcome(checks.add("a"), State::ok, ""),
        outcome(checks.add("b"), State::unknown, "not finished: x"),
        outcome(checks.add("c"), State::critical, "refused")};
    list[1].finished = false;
    CHECK(lines_for({list[0], list[1]}, "stopped by signal 15")
              .starts_with("UNKNOWN: stopped by signal 15: 1 of 2 checks did "
                           "not finish | 'a time'="));
    CHECK(lines_for(list, "stopped by signal 15")
              .starts_with("CRITICAL: stopped by signal 15: 1 of 3 checks did "
                           "not finish; 1 of 3 checks: c (refused) | "));
}

TEST_CASE("plugin: names and texts cannot break the form") {
    Checks checks;
    std::vector<Outcome> list{
        outcome(checks.add("it's a|b=c"), State::critical, "x | y\nz"),
        outcome(checks.add("数据库 🐘"), State::ok, "")};
    const auto text = lines_for(list);
    CAPTURE(text);
    CHECK(has(text, "1 of 2 checks: it's a/b=c (x / y z) | "));
    CHECK(has(text, "'it''s a/b_c time'=0.012s;;;0 "));
    CHECK(has(text, "'数据库 🐘 time'=0.012s;;;0\n"));
    CHECK(has(text, "\nCRITICAL it's a/b=c: x / y z\nOK 数据库 🐘\n"));
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(std::count(text.begin(), text.end(), '|') == 1);
}

TEST_CASE("plugin: a value that is no number is U") {
    Checks checks;
    Outcome one = outcome(checks.add("lag"), State::unknown, "no data");
    one.measurements = {
        {"lag", std::numeric_limits<double>::infinity(), "s", {}}};
    CHECK(lines_for({one}) == "UNKNOWN: no data | 'lag'=U\n");
}

TEST_CASE("plugin: a thousand failing checks have a first line that fits") {
    Checks checks;
    std::vector<Outcome> list;
    for (int i = 0; i < 1'000; ++i) {
        list.push_back(outcome(checks.add("check number " + std::to_string(i)),
                               State::critical, std::string(400, 'x')));
    }
    const auto text = lines_for(list);
    const auto first = text.substr(0, text.find('\n'));
    CHECK(first.size() < 8'000);
    CHECK(has(first, "1000 of 1000 checks: check number 0 (xxx"));
    CHECK(has(first, " more | 'check number 0 time'="));
    // The data of the others is behind the last line.
    CHECK(has(text, "\nCRITICAL check number 999: xxx"));
    CHECK(text.ends_with("'check number 999 time'=0.012s;;;0\n"));
}

}  // namespace lark_batch::healthcheck::test
