#include "tools/lark-healthcheck/kinds/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_shown = 60;

std::string shown(const std::string& value) {
    return "'" + text::excerpt(value, k_shown) + "'";
}

}  // namespace

void Sql::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    declare_query(set, m_query,
                  "one statement that yields one row with one value");
    set.find("query")->required().sample("select count(*) from orders");
    m_database.declare(set, check);
    set.add("expect", m_expect)
        .help("CRITICAL unless the value is one of these texts")
        .sample("on");
    set.add("unit", m_unit)
        .help("of the value, for who draws it")
        .choices({"", "s", "B", "%", "c"});
    declare_when_empty(set, m_when_empty, "what no row, or NULL, means");
}

std::string Sql::describe() const {
    return "asks " + m_database.told() + " for " + text::excerpt(m_query, 200);
}

void Sql::judge_number(const std::string& value, Finding& finding) const {
    const auto number = number_in(value);
    const bool compared =
        !m_check->value.warn.empty() || !m_check->value.crit.empty();
    if (!number) {
        if (compared) {
            finding.note(State::unknown, "the value " + shown(value) +
                                             " is no number, but there are "
                                             "limits");
        }
        return;
    }
    finding.measure({"value", *number, m_unit, m_check->value.parsed()},
                    fmt::format("the value is {}{}",
                                text::excerpt(value, k_shown), m_unit));
}

Finding Sql::judge(const std::string& value) const {
    Finding finding;
    const bool expected = m_expect.empty() ||
                          std::ranges::find(m_expect, value) != m_expect.end();
    if (!expected) {
        finding.fail(
            fmt::format("the value is {} instead of {}", shown(value),
                        text::excerpt(text::join(m_expect, " or "), k_shown)));
    }
    judge_number(value, finding);
    if (finding.state == State::ok) {
        finding.ok("the value is " + text::excerpt(value, k_shown) + m_unit);
    }
    return finding;
}

Finding Sql::probe(const Surroundings& around,
                   const clock::Deadline& deadline) const {
    auto session = m_database.connect(around, deadline);
    const auto rows = session.ask(m_query, {}, 1);
    Finding finding;
    if (rows.columns.size() != 1) {
        return finding.note(State::unknown,
                            fmt::format("the query yields {} columns, one is "
                                        "wanted",
                                        rows.columns.size()));
    }
    if (rows.rows.empty() || !rows.rows[0][0]) {
        return finding.note(state_of(m_when_empty).value_or(State::critical),
                            rows.rows.empty() ? "the query yields no row"
                                              : "the value is NULL");
    }
    return judge(*rows.rows[0][0]);
}

}  // namespace lark_batch::healthcheck
