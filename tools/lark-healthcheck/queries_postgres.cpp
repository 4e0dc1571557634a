#include "tools/lark-healthcheck/queries_postgres.hpp"

#include <fmt/format.h>

#include "lib/db/text_array.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"

namespace lark_batch::healthcheck {

namespace {

// Without pg_monitor a session of another role shows no more than its role and
// database, and a standby no more than that it is there.
constexpr const char* k_facts = R"(
SELECT current_setting('server_version_num'), current_setting('server_version'),
  current_user, pg_is_in_recovery(),
  EXISTS (SELECT FROM pg_stat_wal_receiver),
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
  sessions.used,
  current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0),
  coalesce(sessions.idle, 0),
  standbys.streaming,
  CASE WHEN NOT pg_is_in_recovery() THEN standbys.lag
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
      AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
    ELSE extract(epoch FROM
      clock_timestamp() - pg_last_xact_replay_timestamp()) END,
  (SELECT string_agg(wanted, ',') FROM unnest($1::text[]) AS wanted
    WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = wanted)),
  CASE WHEN $2::boolean THEN pg_database_size(current_database()) END,
  (SELECT max(age(datfrozenxid)) FROM pg_database) * 100.0 / 2147483647,
  standbys.bytes
FROM
  (SELECT count(*) FILTER (WHERE usesysid IS NOT NULL
      AND coalesce(backend_type, 'client backend') = 'client backend') AS used,
    max(extract(epoch FROM clock_timestamp() - state_change))
      FILTER (WHERE state LIKE 'idle in transaction%') AS idle
  FROM pg_stat_activity) AS sessions,
  (SELECT count(*) AS streaming,
    max(extract(epoch FROM coalesce(replay_lag, '0'))) AS lag,
    max(CASE WHEN NOT pg_is_in_recovery() THEN
      pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) END) AS bytes
  FROM pg_stat_replication
  WHERE coalesce(state, 'streaming') IN ('streaming', 'catchup')) AS standbys
)";

std::string text_of(const db::Rows::Field& field) {
    return field.value_or("");
}

double number_of(const db::Rows::Field& field) {
    return number_in(text_of(field)).value_or(0);
}

std::optional<double> optional_number(const db::Rows::Field& field) {
    return field ? number_in(*field) : std::nullopt;
}

// The parts of a name that may hold dots within quotes.
std::vector<std::string> parts_of(const std::string& name) {
    std::vector<std::string> parts{""};
    bool quoted = false;
    for (const char c : name) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::string quoted(const std::string& part) {
    std::string text = "\"";
    for (const char c : part) {
        text += c == '"' ? "\"\"" : std::string{c};
    }
    return text + "\"";
}

// A query as a part of another one: it may end with a comment.
std::string embedded(const std::string& query) {
    std::string_view text = text::trim(query);
    while (text.ends_with(';')) {
        text = text::trim(text.substr(0, text.size() - 1));
    }
    return "(" + std::string{text} + "\n)";
}

// What is to be subtracted from the server's clock; $1 is the zone.
std::string age_of(const std::string& newest, Moment moment) {
    switch (moment) {
        case Moment::timestamptz:
            return fmt::format(
                "extract(epoch FROM clock_timestamp() - {}::timestamptz)",
                newest);
        case Moment::timestamp:
            return fmt::format(
                "extract(epoch FROM clock_timestamp() - "
                "({}::timestamp AT TIME ZONE $1))",
                newest);
        case Moment::seconds:
            return fmt::format("extract(epoch FROM clock_timestamp()) - {}",
                               newest);
        case Moment::milliseconds:
            break;
    }
    return fmt::format("extract(epoch FROM clock_timestamp()) - {} / 1000.0",
                       newest);
}

std::string columns_of(const std::vector<std::string>& groups) {
    std::string columns;
    for (const std::string& group : groups) {
        columns += (columns.empty() ? "" : ", ") + quoted(group);
    }
    return columns;
}

std::string table_query(const FreshnessSource& source) {
    const std::string columns = columns_of(source.groups);
    return fmt::format(
        "SELECT {}{} FROM {}{}{} ORDER BY {} DESC NULLS FIRST",
        columns.empty() ? "" : columns + ", ",
        age_of(fmt::format("max({})", quoted(source.column)), source.moment),
        quoted_name(source.table),
        source.where.empty() ? "" : " WHERE " + embedded(source.where),
        columns.empty() ? "" : " GROUP BY " + columns,
        source.groups.size() + 1);
}

std::string own_query(const FreshnessSource& source) {
    return fmt::format(
        "WITH found (\"group\", newest) AS {} SELECT \"group\", {}"
        " FROM found ORDER BY 2 DESC NULLS FIRST",
        embedded(source.query), age_of("newest", source.moment));
}

GroupAge group_age(const std::vector<db::Rows::Field>& fields) {
    std::string group;
    for (std::size_t at = 0; at + 1 < fields.size(); ++at) {
        group += (at == 0 ? "" : "/") + fields[at].value_or("(none)");
    }
    return {group, optional_number(fields.back())};
}

}  // namespace

ServerFacts ask_server(db::BoundedSession& session,
                       const std::vector<std::string>& wanted_extensions,
                       bool with_size) {
    const auto rows = session.ask(k_facts, {db::text_array(wanted_extensions),
                                            with_size ? "true" : "false"});
    const auto& row = rows.rows.at(0);
    ServerFacts facts;
    facts.version_number = static_cast<int>(number_of(row[0]));
    facts.version = text_of(row[1]).substr(0, text_of(row[1]).find(' '));
    facts.role = text_of(row[2]);
    facts.is_standby = text_of(row[3]) == "t";
    facts.is_receiving = text_of(row[4]) == "t";
    facts.sees_all = text_of(row[5]) == "t";
    facts.connections = number_of(row[6]);
    facts.most_connections = number_of(row[7]);
    facts.idle_in_transaction = number_of(row[8]);
    facts.standbys = number_of(row[9]);
    facts.replication_lag = optional_number(row[10]);
    if (row[11]) {
        facts.missing_extensions = text::split(*row[11], ',');
    }
    facts.bytes = optional_number(row[12]);
    facts.transaction_age = number_of(row[13]);
    facts.bytes_behind = optional_number(row[14]);
    return facts;
}

std::vector<GroupAge> ask_ages(db::BoundedSession& session,
                               const FreshnessSource& source) {
    constexpr std::size_t k_most = 10'000;
    const bool zoned = source.moment == Moment::timestamp;
    const auto rows = session.ask(
        source.query.empty() ? table_query(source) : own_query(source),
        zoned ? std::vector{source.zone} : std::vector<std::string>{}, k_most);
    std::vector<GroupAge> ages;
    for (const auto& fields : rows.rows) {
        ages.push_back(group_age(fields));
    }
    return ages;
}

std::string both_of(const std::string& actual, const std::string& expected) {
    return fmt::format("SELECT {}, {}", embedded(actual), embedded(expected));
}

std::string quoted_name(const std::string& name) {
    std::string text;
    for (const std::string& part : parts_of(name)) {
        text += (text.empty() ? "" : ".") + quoted(part);
    }
    return text;
}

}  // namespace lark_batch::healthcheck
