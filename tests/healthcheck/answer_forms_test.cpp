// The table, JSON, and which form is chosen.
#include <nlohmann/json.hpp>

#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tests/healthcheck/fixture.hpp"
#include "tools/lark-healthcheck/answer/answer.hpp"
#include "tools/lark-healthcheck/answer/answer_json.hpp"
#include "tools/lark-healthcheck/answer/answer_table.hpp"
#include "tools/lark-healthcheck/answer/sparkline.hpp"

namespace lark_batch::healthcheck::test {

namespace {

struct Three {
    Checks checks;
    std::vector<Outcome> list;

    Three() {
        list = {outcome(checks.add("web"), State::ok, "HTTP 200"),
                outcome(checks.add("数据库 🐘"), State::critical,
                        "connection refused"),
                outcome(checks.add("it's a|b=\"c\""), State::warning, "slow")};
    }
    Summary summary(const std::string& cut_short = {}) const {
        return summary_of(list, cut_short);
    }
    run::Result answer(const Options& options, const Terminal& person) const {
        return healthcheck::answer(list, summary(), options, person);
    }
};

const Terminal k_person{true, false, 80, 24};

}  // namespace

TEST_CASE("table: the worst first, columns that line up, counts at the end") {
    const Three three;
    const auto text = results_table(three.list, three.summary(), {});
    const auto lines = text::split(text, '\n');
    CHECK(lines[0] == "STATE     CHECK         SINCE   TOOK  MESSAGE");
    CHECK(lines[1] ==
          "CRITICAL  数据库 🐘         -  12 ms  connection refused");
    CHECK(lines[2] == "WARNING   it's a|b=\"c\"      -  12 ms  slow");
    CHECK(lines[3].starts_with("OK        web"));
    CHECK(lines[4] == "1 ok, 1 warning, 1 critical");
    const auto column = [](const std::string& line, const char* word) {
        return text::display_width(line.substr(0, line.find(word)));
    };
    CHECK(column(lines[1], "connection") == column(lines[0], "MESSAGE"));
}

TEST_CASE("table: lines fit the terminal, states have colours there") {
    Three three;
    three.list[0].message = std::string(300, 'x');
    const auto text =
        results_table(three.list, three.summary(), {true, true, 60, 24});
    CHECK(has(text, "\n\x1b[1;31mCRITICAL\x1b[0m  数据库"));
    CHECK(has(text, "\n\x1b[32mOK\x1b[0m "));
    for (const std::string& line : text::split(text, '\n')) {
        const bool is_coloured = has(line, "\x1b");
        CHECK(text::display_width(line) <= (is_coloured ? 60u + 11 : 60u));
    }
    CHECK_FALSE(
        has(results_table(three.list, three.summary(), k_person), "\x1b"));
}

TEST_CASE("table: how long a state has lasted, what was not measured now") {
    Three three;
    three.list[0].since = clock::system_clock().now() - std::chrono::hours{3};
    three.list[1].carried = true;
    three.list[2].finished = false;
    const auto text =
        results_table(three.list, three.summary("stopped by signal 15"), {});
    CHECK(has(text, "3 h  12 ms  HTTP 200"));
    CHECK(has(text, "-      -  connection refused"));
    CHECK(has(text,
              "partial: stopped by signal 15: 1 of 3 checks did not "
              "finish\n"));
}

TEST_CASE("json: every object has every key, whatever is known") {
    Three three;
    three.checks.all[0].labels = {"team=chat", "expr=a=b"};
    three.checks.all[0].groups = {"core"};
    Outcome& web = three.list[0];
    web.measurements = {
        {"memory", 10, "B", {Range{"1KiB"}, Range{}}, 0.0, 4'096.0}};
    web.certificate_expiry = 1.8e9;
    web.since = clock::parse_rfc3339("2026-11-22T10:00:00Z");
    web.changed_from = State::critical;
    three.list[1].state.reset();
    three.list[1].skipped_for = "network";
    const auto checks = nlohmann::json::parse(checks_json(three.list));
    const auto& first = checks.at(0);
    CHECK(first.at("name") == "web");
    CHECK(first.at("kind") == "fake");
    CHECK(first.at("state") == "ok");
    CHECK(first.at("since") == "2026-11-22T10:00:00.000Z");
    CHECK(first.at("changed_from") == "critical");
    CHECK(first.at("labels") ==
          nlohmann::json{{"team", "chat"}, {"expr", "a=b"}});
    CHECK(first.at("groups") == nlohmann::json{"core"});
    CHECK(first.at("measurements").at(0) == nlohmann::json{{"label", "memory"},
                                                           {"value", 10.0},
                                                           {"unit", "B"},
                                                           {"warn", "1024"},
                                                           {"crit", nullptr},
                                                           {"min", 0.0},
                                                           {"max", 4096.0}});
    CHECK(first.at("certificate_expiry") == 1.8e9);
    const auto& second = checks.at(1);
    CHECK(second.at("state") == "skipped");
    CHECK(second.at("found") == "critical");
    CHECK(second.at("skipped_for") == "network");
    CHECK(second.at("since").is_null());
    CHECK(checks.at(2).at("name") == "it's a|b=\"c\"");
    for (const auto& one : checks) {
        CHECK(one.size() == first.size());
    }
}

TEST_CASE("json: the summary counts and tells of a run that was cut short") {
    Three three;
    three.list[0].finished = false;
    three.list[0].state = State::unknown;
    const auto summary = nlohmann::json::parse(
        summary_json(three.summary("stopped by signal 15")));
    CHECK(summary.at("state") == "critical");
    CHECK(summary.at("unknown") == 1);
    CHECK(summary.at("unfinished") == 1);
    CHECK(summary.at("cut_short") == "stopped by signal 15");
}

TEST_CASE("answer: auto is a table for a person, else lines unless all is OK") {
    Three three;
    Options options;
    CHECK(three.answer(options, k_person).text.starts_with("STATE "));
    CHECK(three.answer(options, {}).text.starts_with("CRITICAL: 2 of 3"));
    three.list.resize(1);
    CHECK(three.answer(options, k_person).text.starts_with("STATE "));
    CHECK(three.answer(options, {}).text.empty());
    options.ad_hoc = std::make_shared<Check>();
    CHECK(three.answer(options, {}).text.starts_with("OK: HTTP 200 | "));
    CHECK(three.answer(options, k_person).text.starts_with("OK: HTTP 200"));
}

TEST_CASE("answer: the form that was asked for, terminal or not") {
    const Three three;
    Options options;
    options.format = "table";
    CHECK(three.answer(options, {}).text.starts_with("STATE "));
    options.format = "plugin";
    CHECK(three.answer(options, k_person).text.starts_with("CRITICAL: "));
    options.format = "json";
    const auto result = three.answer(options, {});
    CHECK(result.text.empty());
    CHECK(result.details.size() == 2);
    options.format = "prometheus";
    const auto text = three.answer(options, {}).text;
    CHECK(has(text, "# TYPE lark_healthcheck_state gauge\n"));
    CHECK(has(text, "check=\"数据库 🐘\""));
    CHECK(has(text, "check=\"it's a|b=\\\"c\\\"\""));
}

TEST_CASE("answer: the exit code is the worst state, from --fail-on upwards") {
    CHECK(exit_code_of(State::ok, "warning") == 0);
    CHECK(exit_code_of(State::warning, "warning") == 1);
    CHECK(exit_code_of(State::critical, "warning") == 2);
    CHECK(exit_code_of(State::unknown, "warning") == 3);
    CHECK(exit_code_of(State::warning, "critical") == 0);
    CHECK(exit_code_of(State::critical, "critical") == 2);
    CHECK(exit_code_of(State::unknown, "critical") == 3);
    Three three;
    CHECK(three.answer({}, {}).exit_code == 2);
    CHECK(three.answer({}, {}).summary == "1 ok, 1 warning, 1 critical");
}

TEST_CASE("answer: a run without results says UNKNOWN to plugin readers") {
    const errors::Error error{errors::Kind::config, "no check\nis configured"};
    Options options;
    CHECK(last_words(error, options, {}) ==
          "UNKNOWN: no check is configured\n");
    CHECK(last_words(error, options, k_person).empty());
    CHECK(last_words({errors::Kind::skipped, "disabled"}, options, {}).empty());
    options.format = "plugin";
    CHECK_FALSE(last_words(error, options, k_person).empty());
    options.format = "prometheus";
    CHECK(last_words(error, options, {}).empty());
}

TEST_CASE("junit: what the exit code counts is no pass, skipped is skipped") {
    Three three;
    three.list.push_back(outcome(three.checks.add("db"), State::unknown, "?"));
    three.list.push_back(outcome(three.checks.add("rows"), State::ok, ""));
    three.list.back().state.reset();
    three.list.back().skipped_for = "db";
    Options options;
    options.format = "junit";
    const auto answer = three.answer(options, {});
    CHECK(answer.exit_code == 2);
    for (const std::string part :
         {"tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\"",
          "name=\"web\" time=\"0.012\"/>",
          "name=\"数据库 🐘\" time=\"0.012\">\n      <failure "
          "type=\"CRITICAL\" message=\"connection refused\">",
          "name=\"it's a|b=&quot;c&quot;\"", "<failure type=\"WARNING\"",
          "<error type=\"UNKNOWN\" message=\"?\">",
          "<skipped type=\"SKIPPED\" message=\"needs 'db', which is down\">"}) {
        CAPTURE(part);
        CHECK_MESSAGE(has(answer.text, part), answer.text);
    }
    options.fail_on = "critical";
    CHECK(has(three.answer(options, {}).text, "failures=\"1\" errors=\"1\""));
}

TEST_CASE("junit: a run that was stopped, or had no results, says so") {
    Three three;
    three.list[1].state = State::unknown;
    three.list[1].finished = false;
    Options options;
    options.format = "junit";
    const auto stopped = healthcheck::answer(
        three.list, three.summary("stopped by signal 15"), options, {});
    CHECK(has(stopped.text, "name=\"run\""));
    CHECK(has(stopped.text, "1 of 3 checks did not finish"));
    const auto wrong = last_words(
        {errors::Kind::config, "no check", "add a [[check]]"}, options, {});
    CHECK(has(wrong, "tests=\"1\" failures=\"0\" errors=\"1\""));
    CHECK(has(wrong, "name=\"configuration\""));
    CHECK(has(wrong, "no check&#10;hint: add a [[check]]</error>"));
    const auto off = last_words({errors::Kind::skipped, "off"}, options, {});
    CHECK(has(off, "<skipped type=\"SKIPPED\" message=\"off\">"));
}

TEST_CASE("sparkline: from the least to the most, a cross for a failure") {
    using Values = std::vector<std::optional<double>>;
    CHECK(sparkline(Values{}).empty());
    CHECK(sparkline(Values{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}) ==
          "▁▂▃▄▅▆▇█");
    CHECK(sparkline(Values{0.1, std::nullopt, 0.2}) == "▁×█");
    CHECK(sparkline(Values{1.0, 1.0, 1.0}) == "▁▁▁");
    CHECK(sparkline(Values{0.0, 0.0}) == "▁▁");
    CHECK(sparkline(Values{std::nullopt}) == "×");
    CHECK(sparkline(Values{1.0, 1.02, 1.01}) == "▁▂▂");
    CHECK(text::display_width(sparkline(Values{1.0, std::nullopt, 9.0})) == 3);
}

}  // namespace lark_batch::healthcheck::test
