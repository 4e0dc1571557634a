#include "tools/lark-healthcheck/kinds/sql_freshness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_named = 3;      // groups in a message
constexpr std::size_t k_measured = 20;  // groups with a measurement
constexpr const char* k_default_limit = "30m";

constexpr std::array k_moments{
    std::pair{"timestamptz", Moment::timestamptz},
    std::pair{"timestamp", Moment::timestamp},
    std::pair{"seconds", Moment::seconds},
    std::pair{"milliseconds", Moment::milliseconds},
};

Moment moment_of(const std::string& name) {
    for (const auto& [known, moment] : k_moments) {
        if (name == known) {
            return moment;
        }
    }
    return Moment::timestamptz;
}

std::string named(const std::string& group) {
    return group.empty() ? "the newest row" : text::excerpt(group, 60);
}

// "a, b, c and 5 more"
std::string listed(const std::vector<std::string>& names) {
    const std::size_t shown = std::min(names.size(), k_named);
    const std::string rest =
        names.size() > shown ? fmt::format(" and {} more", names.size() - shown)
                             : "";
    return text::join(std::span{names}.first(shown), ", ") + rest;
}

bool alerts(const Threshold& limits, double age) {
    return limits.warn.alerts(age) || limits.crit.alerts(age);
}

// Performance data ends a label at '=' and at a quote.
std::string label_of(const std::string& group) {
    std::string label = text::excerpt(group, 60);
    std::ranges::replace_if(
        label, [](char c) { return c == '=' || c == '\'' || c == '"'; }, '_');
    return label;
}

// A row of tomorrow is not fresh by much: its age counts as none.
double age_of(const GroupAge& group) {
    return std::max(0.0, group.age.value_or(0));
}

}  // namespace

void SqlFreshness::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    declare_source(set);
    m_database.declare(set, check);
    set.add("expected-groups", m_expected)
        .help(
            "CRITICAL when one of these groups has no row; columns are joined "
            "by a slash")
        .sample("binance/BTC");
    set.add("future", m_future)
        .help("WARNING when the newest row is further in the future than this")
        .range(text::Milliseconds{0}, text::Milliseconds{366LL * 86'400'000})
        .placeholder("DURATION");
    set.after_loading([this] {
        m_source.moment = moment_of(m_type);
        return check_source();
    });
}

void SqlFreshness::declare_source(config::OptionSet& set) {
    set.add("table", m_source.table)
        .help("the table, its name as it is stored, perhaps with its schema")
        .placeholder("TABLE")
        .sample("ohlcv");
    set.add("column", m_source.column)
        .help("the column that says when a row was made")
        .sample("created_at");
    set.add("column-type", m_type)
        .help("what the column holds: a type, or units since 1970")
        .choices({"timestamptz", "timestamp", "seconds", "milliseconds"});
    set.add("column-zone", m_source.zone)
        .help("the time zone of a column of type timestamp")
        .check(config::check_timezone)
        .placeholder("ZONE");
    set.add("group-by", m_source.groups)
        .help("columns; each combination of their values is looked at")
        .sample("exchange");
    set.add("where", m_source.where)
        .help("an SQL condition: which rows count")
        .placeholder("SQL")
        .sample("open_time > now() - interval '1 day'");
    declare_query(set, m_source.query,
                  "a query for group and newest time, in place of a table");
}

config::Found SqlFreshness::check_source() const {
    const auto complaint = [](const char* message, const char* hint) {
        return config::Found{{"", 0, 0, message, hint}};
    };
    if (m_source.query.empty() &&
        (m_source.table.empty() || m_source.column.empty())) {
        return complaint("sql_freshness wants table and column, or a query",
                         "name the column that says when a row was made");
    }
    if (!m_source.query.empty() && !m_source.table.empty()) {
        return complaint("sql_freshness takes a table or a query, not both",
                         "remove one of them");
    }
    return {};
}

Threshold SqlFreshness::limits() const {
    if (m_check->value.warn.empty() && m_check->value.crit.empty()) {
        return ThresholdText{"", k_default_limit}.parsed();
    }
    return m_check->value.parsed();
}

bool SqlFreshness::is_grouped() const {
    return !m_source.query.empty() || !m_source.groups.empty();
}

std::string SqlFreshness::describe() const {
    const std::string what = m_source.query.empty()
                                 ? m_source.table + "." + m_source.column
                                 : text::excerpt(m_source.query, 200);
    return "asks " + m_database.told() + " for the newest row by " + what;
}

void SqlFreshness::judge_missing(const Ages& ages, Finding& finding) const {
    std::set<std::string> present;
    std::vector<std::string> missing;
    for (const GroupAge& group : ages) {
        const bool expected =
            std::ranges::find(m_expected, group.group) != m_expected.end();
        if (group.age) {
            present.insert(group.group);
        } else if (is_grouped() && !expected) {
            // From a table that lists the groups, and joins nothing to it.
            missing.push_back(named(group.group));
        }
    }
    for (const std::string& group : m_expected) {
        if (!present.contains(group)) {
            missing.push_back(named(group));
        }
    }
    if (!missing.empty()) {
        finding.fail("no row of " + listed(missing));
    } else if (present.empty()) {
        finding.fail("no row at all");
    }
}

void SqlFreshness::judge_future(const Ages& ages, Finding& finding) const {
    const double tolerated = std::chrono::duration<double>(m_future).count();
    std::vector<std::string> groups;
    double furthest = 0;
    for (const GroupAge& group : ages) {
        if (group.age && -*group.age > tolerated) {
            groups.push_back(named(group.group));
            furthest = std::max(furthest, -*group.age);
        }
    }
    if (!groups.empty()) {
        finding.note(State::warning,
                     fmt::format("{} up to {} in the future", listed(groups),
                                 spoken_age(furthest)));
    }
}

void SqlFreshness::judge_ages(const Ages& ages, Finding& finding) const {
    const Threshold limits = this->limits();
    double worst = 0;
    std::size_t known = 0;
    std::vector<std::string> old;
    for (const GroupAge& group : ages) {
        if (group.age) {
            ++known;
            worst = std::max(worst, age_of(group));
            if (alerts(limits, age_of(group))) {
                old.push_back(fmt::format("{} is {} old", named(group.group),
                                          spoken_age(age_of(group))));
            }
        }
    }
    if (known == 0) {
        return;
    }
    finding.measure({"age", worst, "s", limits, 0.0}, listed(old));
    if (finding.state == State::ok) {
        finding.ok(is_grouped()
                       ? fmt::format("{} groups, the oldest one's newest "
                                     "row is {} old",
                                     known, spoken_age(worst))
                       : "the newest row is " + spoken_age(worst) + " old");
    }
}

Finding SqlFreshness::probe(const Surroundings& around,
                            const clock::Deadline& deadline) const {
    auto session = m_database.connect(around, deadline);
    const Ages ages = ask_ages(session, m_source);
    Finding finding;
    judge_missing(ages, finding);
    judge_ages(ages, finding);
    judge_future(ages, finding);
    if (is_grouped()) {
        finding.measure(
            {"groups", static_cast<double>(ages.size()), "", {}, 0.0});
        std::size_t measured = 0;
        for (const GroupAge& group : ages) {
            if (group.age && measured++ < k_measured) {
                finding.measurements.push_back({"age " + label_of(group.group),
                                                age_of(group),
                                                "s",
                                                {},
                                                0.0,
                                                {},
                                                false});
            }
        }
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
