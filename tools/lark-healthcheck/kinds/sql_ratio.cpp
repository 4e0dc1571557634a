#include "tools/lark-healthcheck/kinds/sql_ratio.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/queries_postgres.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr const char* k_default_limit = "5";  // percent

}  // namespace

void SqlRatio::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    declare_query(set, m_query,
                  "a query for actual and expected, or for their ratio alone");
    set.add("actual", m_actual)
        .help("a query for what is there, in place of `query`")
        .placeholder("SQL")
        .sample("select count(*) from ohlcv where open_time >= current_date");
    set.add("expected", m_expected)
        .help("a query for what should be there")
        .placeholder("SQL")
        .sample("select 1440 * count(*) from markets");
    m_database.declare(set, check);
    declare_when_empty(set, m_when_empty,
                       "what it means that nothing is expected");
    // The word behind the kind on the command line is not needed with
    // --actual and --expected, so the adapter must not demand it.
    set.after_loading([this] { return check_queries(); });
}

config::Found SqlRatio::check_queries() const {
    const bool pair = !m_actual.empty() && !m_expected.empty();
    const bool any = !m_actual.empty() || !m_expected.empty();
    if (m_query.empty() ? pair : !any) {
        return {};
    }
    return {{"", 0, 0,
             "sql_ratio wants either a query, or both actual and expected",
             "see docs/healthcheck/sql_ratio.md"}};
}

std::string SqlRatio::statement() const {
    return m_query.empty() ? both_of(m_actual, m_expected) : m_query;
}

std::string SqlRatio::describe() const {
    return "asks " + m_database.told() + " how much is missing by " +
           text::excerpt(statement(), 200);
}

Finding SqlRatio::nothing(const std::string& why) const {
    Finding finding;
    return finding.note(state_of(m_when_empty).value_or(State::warning), why);
}

Finding SqlRatio::judge(double actual, double expected, bool counted) const {
    if (expected <= 0) {
        return nothing("nothing is expected");
    }
    const bool defaults =
        m_check->value.warn.empty() && m_check->value.crit.empty();
    const Threshold limits = defaults
                                 ? ThresholdText{"", k_default_limit}.parsed()
                                 : m_check->value.parsed();
    // More than expected is not less than nothing missing.
    const double missing =
        std::clamp(100 * (1 - actual / expected), 0.0, 100.0);
    const std::string told =
        counted ? fmt::format("{:.2f} % is missing: {:.0f} of {:.0f} are there",
                              missing, actual, expected)
                : fmt::format("{:.2f} % is missing", missing);
    Finding finding;
    finding.measure({"missing", missing, "%", limits, 0.0, 100.0}, told);
    if (finding.state == State::ok) {
        finding.ok(told);
    }
    if (counted) {
        finding.measure({"actual", actual, "", {}, 0.0});
        finding.measure({"expected", expected, "", {}, 0.0});
    }
    return finding;
}

Finding SqlRatio::probe(const Surroundings& around,
                        const clock::Deadline& deadline) const {
    auto session = m_database.connect(around, deadline);
    const auto rows = session.ask(statement(), {}, 1);
    const std::size_t columns = rows.columns.size();
    Finding finding;
    if (columns != 1 && columns != 2) {
        return finding.note(
            State::unknown,
            fmt::format("the query yields {} columns, one or two are wanted",
                        columns));
    }
    if (rows.rows.empty() || !rows.rows[0].front() || !rows.rows[0].back()) {
        return nothing("the query yields nothing to compare");
    }
    const auto actual = number_in(*rows.rows[0].front());
    const auto expected =
        columns == 2 ? number_in(*rows.rows[0].back()) : std::optional{1.0};
    if (!actual || !expected) {
        return finding.note(State::unknown, "the query yields no numbers");
    }
    return judge(*actual, *expected, columns == 2);
}

}  // namespace lark_batch::healthcheck
