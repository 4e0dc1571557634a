#include "tools/lark-healthcheck/kinds/postgres.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"

namespace lark_batch::healthcheck {

namespace {

bool wanted(const ThresholdText& limits) {
    return !limits.warn.empty() || !limits.crit.empty();
}

// "15.4" as 150004, as the server numbers its versions since 10.
// https://www.postgresql.org/docs/current/libpq-status.html
std::optional<int> version_number(const std::string& text) {
    const auto parts = text::split(text, '.');
    const auto major = text::parse_integer(parts[0]);
    const auto minor =
        parts.size() < 2 ? std::optional{0LL} : text::parse_integer(parts[1]);
    if (parts.size() > 2 || !major || !minor || *major < 10 || *major > 99 ||
        *minor < 0 || *minor > 99) {
        return std::nullopt;
    }
    return static_cast<int>(*major * 10'000 + *minor);
}

std::optional<std::string> check_version(const std::string& value) {
    return version_number(value) ? std::nullopt
                                 : std::optional<std::string>{
                                       "must be a version such as 14 or "
                                       "15.4"};
}

std::optional<std::string> check_extension(const std::string& value) {
    const bool right =
        !value.empty() && value.find_first_of(",\"") == std::string::npos;
    return right ? std::nullopt
                 : std::optional<std::string>{"must be an extension's name"};
}

}  // namespace

void Postgres::declare(config::OptionSet& set, const Check& check) {
    m_database.declare(set, check);
    set.add("min-version", m_min_version)
        .help("CRITICAL below this version of the server")
        .check(check_version)
        .placeholder("VERSION");
    set.add("extensions", m_extensions)
        .help("CRITICAL unless the database has all of them")
        .check(check_extension)
        .sample("timescaledb");
    set.add("standbys", m_standbys)
        .help("CRITICAL when fewer standbys stream from it")
        .range(0, 100)
        .placeholder("N");
    declare_limits(set);
    set.after_loading([this] {
        // By its project's name, as people know it.
        std::ranges::replace(m_extensions, "pgvector", "vector");
        return config::Found{};
    });
}

void Postgres::declare_limits(config::OptionSet& set) {
    declare_threshold(
        set, "connections-", m_connections,
        "connections, in percent of what roles without privileges can have");
    declare_threshold(set, "idle-in-transaction-", m_idle,
                      "seconds of the longest idle transaction");
    declare_threshold(set, "replication-lag-", m_lag,
                      "seconds that a standby, or the worst one, is behind");
    declare_threshold(set, "replication-bytes-", m_behind,
                      "bytes that the worst standby has not replayed yet");
    declare_threshold(set, "size-", m_size, "the database's bytes");
    declare_threshold(set, "xid-age-", m_transactions,
                      "age of the oldest transaction id, in percent of what "
                      "stops the server");
}

std::string Postgres::describe() const {
    return "asks " + m_database.told() +
           " for its version, sessions, replication and extensions";
}

void Postgres::judge_sessions(const ServerFacts& facts,
                              Finding& finding) const {
    const double percent =
        facts.connections * 100 / std::max(1.0, facts.most_connections);
    finding.measure(
        {"connections", percent, "%", m_connections.parsed(), 0.0, 100.0},
        fmt::format("{:.0f} of {:.0f} connections are used", facts.connections,
                    facts.most_connections));
    finding.measure({"connections_used",
                     facts.connections,
                     "",
                     {},
                     0.0,
                     facts.most_connections});
    // None that is seen does not mean none, without the right to see them.
    if (facts.sees_all || facts.idle_in_transaction > 0) {
        finding.measure({"idle_in_transaction", facts.idle_in_transaction, "s",
                         m_idle.parsed(), 0.0},
                        "a transaction has been idle for " +
                            spoken_age(facts.idle_in_transaction));
    }
    if (wanted(m_idle) && !facts.sees_all) {
        finding.note(State::warning,
                     "idle transactions of other roles are not seen: grant "
                     "pg_monitor");
    }
}

void Postgres::judge_replication(const ServerFacts& facts,
                                 Finding& finding) const {
    if (facts.replication_lag && (facts.is_standby || facts.sees_all)) {
        finding.measure(
            {"replication_lag", *facts.replication_lag, "s", m_lag.parsed(),
             0.0},
            fmt::format("{} is {} behind",
                        facts.is_standby ? "this standby" : "the worst standby",
                        spoken_age(*facts.replication_lag)));
    } else if (wanted(m_lag) && facts.is_standby) {
        finding.note(State::warning,
                     "the standby has replayed no transaction yet");
    }
    if (facts.bytes_behind) {
        finding.measure({"replication_bytes", *facts.bytes_behind, "B",
                         m_behind.parsed(), 0.0},
                        "the worst standby has not replayed " +
                            spoken_size(*facts.bytes_behind));
    }
    if ((wanted(m_lag) || wanted(m_behind)) && !facts.is_standby &&
        !facts.sees_all) {
        finding.note(State::warning,
                     "the lag of standbys is not seen: grant pg_monitor");
    }
    if (m_standbys > 0 || facts.standbys > 0) {
        finding.measure({"standbys", facts.standbys, "", {}, 0.0});
    }
    if (facts.standbys < static_cast<double>(m_standbys)) {
        finding.fail(fmt::format("{:.0f} standbys, at least {} are wanted",
                                 facts.standbys, m_standbys));
    }
}

void Postgres::judge_contents(const ServerFacts& facts,
                              Finding& finding) const {
    const auto wanted_version = version_number(m_min_version);
    if (wanted_version && facts.version_number < *wanted_version) {
        finding.fail(fmt::format("version {}, at least {} is wanted",
                                 facts.version, m_min_version));
    }
    if (!facts.missing_extensions.empty()) {
        finding.fail("without extension " +
                     text::join(facts.missing_extensions, ", "));
    }
    if (facts.bytes) {
        finding.measure({"size", *facts.bytes, "B", m_size.parsed(), 0.0},
                        "the database has " + spoken_size(*facts.bytes));
    }
    finding.measure({"xid_age", facts.transaction_age, "%",
                     m_transactions.parsed(), 0.0, 100.0},
                    fmt::format("{:.0f} % of the transaction ids are used up: "
                                "vacuum",
                                facts.transaction_age));
}

Finding Postgres::probe(const Surroundings& around,
                        const clock::Deadline& deadline) const {
    auto session = m_database.connect(around, deadline);
    const ServerFacts facts = ask_server(session, m_extensions, wanted(m_size));
    Finding finding;
    finding.ok(fmt::format(
        "PostgreSQL {}{}, {:.0f} of {:.0f} connections", facts.version,
        !facts.is_standby    ? ""
        : facts.is_receiving ? " (standby)"
                             : " (standby, not connected to its primary)",
        facts.connections, facts.most_connections));
    judge_sessions(facts, finding);
    judge_replication(facts, finding);
    judge_contents(facts, finding);
    return finding;
}

}  // namespace lark_batch::healthcheck
