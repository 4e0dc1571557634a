// What a scrape of the Pushgateway sees of checks.
#include "tools/lark-healthcheck/answer/gauges.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "lib/metrics/snapshot.hpp"
#include "tests/healthcheck/watched.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::healthcheck {

namespace {

using test::Pushgateway;
using test::Watched;

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// "lark_healthcheck_state{check="web"} 2", as text 0.0.4 has it.
std::string series(const std::string& name, const std::string& check,
                   const std::string& value) {
    return "lark_healthcheck_" + name + "{check=\"" + check + "\"} " + value +
           "\n";
}

// The same on the gateway, which adds its own labels.
std::string pushed(const std::string& name, const std::string& check,
                   const std::string& value) {
    return "lark_healthcheck_" + name + "{check=\"" + check +
           "\",instance=\"\",job=\"lark-healthcheck\"} " + value + "\n";
}

Pushgateway& gateway() {
    static Pushgateway shared;
    return shared;
}

std::string text_of(const Outcome& outcome) {
    return metrics::exposition({}, {}, gauges_of({outcome}));
}

Outcome outcome_of(const Check& check, std::optional<State> state) {
    Outcome outcome;
    outcome.check = &check;
    outcome.state = state;
    outcome.seconds = 0.25;
    outcome.checked_at = clock::WallTime{std::chrono::seconds{1'000}};
    return outcome;
}

}  // namespace

TEST_CASE("gauges: a check that works has a series of every family") {
    Check check;
    check.name = "web";
    check.kind = "http";
    check.groups = {"a", "b"};
    check.labels = {"team=chat", "tier=1"};
    Outcome outcome = outcome_of(check, State::warning);
    outcome.certificate_expiry = 1.8e9;
    outcome.measurements = {{"time", 0.25, "s"},
                            {"queue", 7, "", {{}, Range{"10"}}}};
    const std::string text = text_of(outcome);
    for (const std::string& line :
         {series("success", "web", "1"), series("state", "web", "1"),
          series("duration_seconds", "web", "0.25"),
          series("certificate_expiry_timestamp_seconds", "web",
                 "1800000000")}) {
        CAPTURE(line);
        CHECK(has(text, line));
    }
    CHECK(has(text, "_value{check=\"web\",measure=\"queue\"} 7\n"));
    CHECK_FALSE(has(text, "measure=\"time\""));
    CHECK(has(text,
              "_info{check=\"web\",groups=\"a,b\",kind=\"http\","
              "labels=\"team=chat,tier=1\"} 1\n"));
}

TEST_CASE("gauges: one that is down is no success") {
    Check check;
    check.name = "web";
    check.kind = "http";
    CHECK(has(text_of(outcome_of(check, State::critical)),
              series("success", "web", "0")));
    CHECK(has(text_of(outcome_of(check, State::unknown)),
              series("state", "web", "3")));
}

TEST_CASE("gauges: a check that is skipped or never ran has info alone") {
    Check check;
    check.name = "web";
    check.kind = "http";
    Outcome never = outcome_of(check, State::unknown);
    never.finished = false;
    for (const Outcome& outcome : {outcome_of(check, std::nullopt), never}) {
        const std::string text = text_of(outcome);
        CHECK(has(text, "lark_healthcheck_info{"));
        CHECK_FALSE(has(text, "lark_healthcheck_state{"));
        CHECK_FALSE(has(text, "success{"));
    }
}

TEST_CASE("gauges: what has no limit is no series") {
    Check check;
    check.name = "web";
    check.kind = "http";
    Outcome outcome = outcome_of(check, State::ok);
    outcome.measurements = {{"size", 7, "B"},
                            {"age", 8, "s", {Range{"10"}, {}}}};
    CHECK(has(text_of(outcome), "measure=\"age\"} 8\n"));
    CHECK_FALSE(has(text_of(outcome), "measure=\"size\""));
}

TEST_CASE("gauges: labels may hold any text, and values must be numbers") {
    Check check;
    check.name = "主库 \"a\\b\" it's";
    check.kind = "http";
    check.groups.assign(100, "组组组");
    Outcome outcome = outcome_of(check, State::ok);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Threshold limit{Range{"9"}, {}};
    outcome.measurements = {{"a", nan, "", limit},
                            {"b", 1, "", limit},
                            {"b", 2, "", limit},
                            {"c", 3, "", limit, {}, {}, false},
                            {"", 4, "", limit}};
    const std::string text = text_of(outcome);
    CHECK(has(text, "check=\"主库 \\\"a\\\\b\\\" it's\",measure=\"b\"} 1\n"));
    CHECK_FALSE(has(text, "measure=\"a\""));
    CHECK_FALSE(has(text, "measure=\"b\"} 2"));
    CHECK_FALSE(has(text, "measure=\"c\""));
}

TEST_CASE("gauges: a push names all checks, whatever part of them was run") {
    Watched world{gateway().url()};
    world.add("web");
    world.add("数据 \"db\"");
    world.add("off", "enabled = false\n");
    world.fail("数据 \"db\"");
    world.look_to(2);
    const std::string down = pushed("state", "数据 \\\"db\\\"", "2");
    CHECK(has(gateway().metrics(), down));
    CHECK(has(gateway().metrics(), pushed("success", "web", "1")));
    CHECK_FALSE(has(gateway().metrics(), "check=\"off\""));
    world.fail("web");
    world.mend("数据 \"db\"");
    world.look_to(2, {"--check", "web"});
    CHECK(has(gateway().metrics(), down));
    CHECK(has(gateway().metrics(), pushed("success", "web", "0")));
    world.add("new");
    world.take_database_away();
    world.look_to(2, {"--check", "web"});
    const std::string text = gateway().metrics();
    CHECK(has(text, down));
    CHECK(has(text, "lark_healthcheck_info{check=\"new\""));
    CHECK_FALSE(has(text, "lark_healthcheck_state{check=\"new\""));
    CHECK(has(text,
              "scheduled_task_last_exit_code{instance=\"\",job=\"lark-"
              "healthcheck\",task_name=\"healthcheck\"} 2"));
}

TEST_CASE("gauges: our own database is down while it is looked at") {
    Watched world{gateway().url()};
    world.add("web");
    world.set_sections("[[check]]\nname = 'ours'\nkind = 'postgres'\n");
    world.look_to(0);
    CHECK(has(gateway().metrics(), pushed("success", "ours", "1")));
    world.take_database_away();
    const test::Looked down = world.look_to(2);
    CHECK(down.state("ours") == "critical");
    CHECK(down.state("web") == "ok");
    CHECK(has(gateway().metrics(), pushed("success", "ours", "0")));
    CHECK(has(gateway().metrics(), pushed("success", "web", "1")));
    world.give_database_back();
    world.look_to(0);
    CHECK(has(gateway().metrics(), pushed("success", "ours", "1")));
    CHECK(world.sql("SELECT string_agg(state, ' ' ORDER BY checked_at) FROM"
                    " lark_batch.check_results WHERE check_name = 'ours'") ==
          "ok critical ok");
}

TEST_CASE("gauges: nothing is pushed by a look") {
    test::HttpServer listener{
        [](const test::HttpRequest&) { return test::Reply{}; }};
    Watched world{listener.url()};
    world.add("web");
    world.look_to(0, {"--no-record"});
    CHECK(listener.requests().empty());
}

}  // namespace lark_batch::healthcheck
