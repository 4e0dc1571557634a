#include "tools/lark-check-tokens/queries.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"
#include "lib/db/transaction.hpp"
#include "lib/tokens/rotation.hpp"

namespace lark_batch::check_tokens {

namespace {

// {0}: VALUES of the apps with their wanted scopes, {1}: whether refreshable
// tokens are refreshed, {2}: milliseconds ahead, {3}: warning, {4}: critical
// days, {5}: when it was asked what is due. A token that another process has
// in hand is as good as refreshed. Revoked tokens are nobody's concern, and
// tokens of the app itself are fetched on demand: they never end for people.
constexpr const char* k_judged = R"sql(
WITH wanted (app, scopes) AS (VALUES {0}), judged AS (
    SELECT t.*, NOT t.scopes @> w.scopes AS lacks, w.scopes AS wanted,
           CASE WHEN t.token_type <> 'user_access_token' THEN 'infinity'
                WHEN t.state = 'needs_login' THEN '-infinity'
                WHEN {1} AND t.failing_since IS NULL
                     AND (t.state = 'valid'
                          OR t.state = 'refreshing'
                             AND t.updated_at > now() - interval '10 min')
                     AND t.refresh_expires_at > {5} + {2} * interval '1 ms'
                THEN coalesce(t.chain_ends_at, 'infinity')
                ELSE t.ends_at END::timestamptz AS act_by
    FROM lark_batch.tokens t JOIN wanted w USING (app)
    WHERE t.state <> 'revoked'
), classed AS (
    SELECT *, CASE WHEN act_by <= now() THEN 'expired'
                   WHEN act_by <= now() + {4} * interval '1 day'
                   THEN 'critical'
                   WHEN act_by <= now() + {3} * interval '1 day'
                   THEN 'expiring'
                   ELSE 'valid' END AS class
    FROM judged
)
)sql";

constexpr const char* k_count = R"sql(
SELECT app, token_type, class, count(*),
       count(*) FILTER (WHERE state = 'needs_login'),
       count(*) FILTER (WHERE state = 'refreshing'
                              AND updated_at <= now() - interval '10 min'
                           OR state IN ('valid', 'refreshing')
                              AND failing_since IS NOT NULL),
       count(*) FILTER (WHERE lacks AND state <> 'needs_login'),
       extract(epoch FROM min(CASE WHEN act_by = '-infinity'
                                   THEN least(access_expires_at, ends_at)
                                   WHEN act_by < 'infinity' THEN act_by END)),
       extract(epoch FROM min(refresh_expires_at)
                          FILTER (WHERE state <> 'needs_login'))
FROM classed GROUP BY app, token_type, class ORDER BY 1, 2, 3
)sql";

// Messages to a person who has left would never arrive. {0}: the zone. A
// login's year ends whatever is refreshed.
constexpr const char* k_fill_ends = R"sql(
INSERT INTO conditions (topic, app, label, person, level, facts)
SELECT 'token/' || c.token_id, c.app, c.token_type,
       CASE WHEN u.state = 'departed' THEN '' ELSE c.subject END,
       CASE c.class WHEN 'expiring' THEN 1 WHEN 'critical' THEN 2 ELSE 3 END,
       jsonb_build_object('what', 'end', 'id', c.subject, 'state', c.state,
           'reason', c.reason, 'name', coalesce(u.name, ''),
           'ends', to_char(m.ends AT TIME ZONE {0}, 'YYYY-MM-DD HH24:MI'),
           'days', floor(extract(epoch FROM m.ends - now()) / 86400),
           'year', m.ends = c.chain_ends_at,
           'refreshable', c.refresh_expires_at IS NOT NULL,
           'failing', c.failing_since IS NOT NULL)
FROM classed c
CROSS JOIN LATERAL (SELECT CASE WHEN isfinite(c.act_by) THEN c.act_by
                                ELSE c.ends_at END AS ends) m
LEFT JOIN lark_batch.users u ON u.app = c.app AND u.open_id = c.subject
WHERE c.class <> 'valid'
)sql";

constexpr const char* k_fill_scopes = R"sql(
INSERT INTO conditions (topic, app, label, person, level, facts)
SELECT 'token/' || c.token_id || '/scopes', c.app, '',
       CASE WHEN u.state = 'departed' THEN '' ELSE c.subject END, 1,
       jsonb_build_object('what', 'scopes', 'id', c.subject,
           'name', coalesce(u.name, ''),
           'missing', array_to_string(ARRAY(SELECT unnest(c.wanted)
               EXCEPT SELECT unnest(c.scopes) ORDER BY 1), ' '))
FROM classed c
LEFT JOIN lark_batch.users u ON u.app = c.app AND u.open_id = c.subject
WHERE c.lacks AND c.state <> 'needs_login'
  AND c.token_type = 'user_access_token'
)sql";

constexpr const char* k_fill_people = R"sql(
INSERT INTO conditions (topic, app, label, person, level, facts)
SELECT 'token/' || c.token_id || '/person', c.app, '', '', 1,
       jsonb_build_object('what', 'person', 'id', c.subject,
                          'name', coalesce(u.name, ''))
FROM classed c
JOIN lark_batch.users u ON u.app = c.app AND u.open_id = c.subject
WHERE u.state = 'departed' AND c.token_type = 'user_access_token'
)sql";

// The last attempt that Lark decided says whether refreshing works. {0}:
// the codes that hold for the whole app.
constexpr const char* k_fill_blocked = R"sql(
INSERT INTO conditions (topic, app, level, facts)
SELECT 'app/' || w.app || '/blocked', w.app, 2,
       jsonb_build_object('what', 'blocked', 'code', j.code)
FROM wanted w CROSS JOIN LATERAL (
    SELECT outcome, code FROM lark_batch.token_refresh_journal
    WHERE app = w.app AND outcome IN ('refreshed', 'refused', 'lost')
    ORDER BY ended_at DESC LIMIT 1) j
WHERE j.outcome = 'refused'
  AND j.code IN ({0})
)sql";

constexpr const char* k_add_disabled = R"sql(
INSERT INTO conditions (topic, app, level, facts)
VALUES ('app/' || $1::text || '/disabled', $1, 3, '{"what": "disabled"}')
)sql";

constexpr const char* k_keep_disabled = R"sql(
INSERT INTO conditions (topic, app, level, facts)
SELECT topic, app, max(level), '{"what": "disabled"}'
FROM lark_batch.notices
WHERE source = 'check_tokens' AND topic = 'app/' || $1::text || '/disabled'
  AND recovered_at IS NULL
GROUP BY topic, app
)sql";

// What was deleted or revoked is not in order again: nothing is said of it.
constexpr const char* k_close_removed = R"sql(
UPDATE lark_batch.notices n SET recovered_at = now()
WHERE n.source = 'check_tokens' AND n.recovered_at IS NULL
  AND n.topic LIKE 'token/%'
  AND NOT EXISTS (
      SELECT FROM lark_batch.tokens t
      WHERE t.token_id = split_part(n.topic, '/', 2)::bigint
        AND t.state <> 'revoked')
)sql";

constexpr const char* k_count_due = R"sql(
SELECT count(*) FROM lark_batch.tokens
WHERE app = $1 AND refresh_sealed IS NOT NULL
  AND (state = 'refreshing'
       OR state = 'valid' AND (ends_at <= now() + $2 * interval '1 ms'
                               OR failing_since IS NOT NULL))
)sql";

std::string wanted_values(pqxx::transaction_base& transaction,
                          const Judging& judging) {
    std::string values;
    for (const JudgedApp& app : judging.apps) {
        values +=
            fmt::format("{}({}, {}::text[])", values.empty() ? "" : ", ",
                        transaction.quote(app.name),
                        transaction.quote(db::text_array(app.wanted_scopes)));
    }
    // An empty shard: one app that no token has.
    return values.empty() ? "(NULL::text, NULL::text[])" : values;
}

std::string judged(pqxx::transaction_base& transaction,
                   const Judging& judging) {
    return fmt::format(
        fmt::runtime(k_judged), wanted_values(transaction, judging),
        judging.refreshing, judging.refresh_ahead.count(), judging.warning_days,
        judging.critical_days,
        judging.due_as_of.empty()
            ? "now()"
            : transaction.quote(judging.due_as_of) + "::timestamptz");
}

std::optional<double> seconds_of(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{field.as<double>()};
}

TokenCount count_of(const pqxx::row& row) {
    TokenCount count;
    count.app = row[0].c_str();
    count.token_type = row[1].c_str();
    count.token_class = row[2].c_str();
    count.count = row[3].as<std::int64_t>();
    count.needing_login = row[4].as<std::int64_t>();
    count.failing = row[5].as<std::int64_t>();
    count.lacking_scopes = row[6].as<std::int64_t>();
    count.needs_person_at = seconds_of(row[7]);
    count.refresh_ends_at = seconds_of(row[8]);
    return count;
}

}  // namespace

std::vector<TokenCount> count_tokens(db::Connection& connection,
                                     const Judging& judging) {
    std::vector<TokenCount> counts;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec(judged(direct, judging) + k_count)) {
            counts.push_back(count_of(row));
        }
    });
    return counts;
}

void fill_conditions(db::Connection& connection, const Judging& judging) {
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const std::string classed = judged(direct, judging);
        const std::string ends =
            fmt::format(fmt::runtime(k_fill_ends), direct.quote(judging.zone));
        const std::string blocked =
            fmt::format(fmt::runtime(k_fill_blocked),
                        fmt::join(tokens::k_codes_of_the_app, ", "));
        for (const std::string& fill : {ends, std::string{k_fill_scopes},
                                        std::string{k_fill_people}, blocked}) {
            direct.exec(classed + fill);
        }
    });
}

void close_removed(db::Connection& connection) {
    db::transact(connection, [](pqxx::transaction_base& transaction) {
        transaction.exec(k_close_removed);
    });
}

void add_disabled(db::Connection& connection, const std::string& app) {
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        direct.exec_params(k_add_disabled, app);
    });
}

void keep_disabled(db::Connection& connection, const std::string& app) {
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        direct.exec_params(k_keep_disabled, app);
    });
}

std::int64_t count_due(db::Connection& connection, const std::string& app,
                       clock::Duration refresh_ahead) {
    std::int64_t count = 0;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        count = direct.exec_params1(k_count_due, app, refresh_ahead.count())[0]
                    .as<std::int64_t>();
    });
    return count;
}

DatabaseTime database_now(db::Connection& connection) {
    DatabaseTime time;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::row row = direct.exec1(
            "SELECT (extract(epoch FROM now()) * 1000)::bigint, now()::text");
        time.moment =
            clock::WallTime{clock::Duration{row[0].as<std::int64_t>()}};
        time.text = row[1].c_str();
    });
    return time;
}

}  // namespace lark_batch::check_tokens
