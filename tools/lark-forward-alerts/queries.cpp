#include "tools/lark-forward-alerts/queries.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/notices.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::forward_alerts {

namespace {

// In all of these, {0} is the table.
constexpr const char* k_real = "lark_batch.alerts";
constexpr const char* k_copy = "pg_temp.alerts";

constexpr const char* k_make_copy = R"sql(
DROP TABLE IF EXISTS pg_temp.alerts;
CREATE TEMPORARY TABLE alerts (LIKE lark_batch.alerts INCLUDING ALL);
INSERT INTO pg_temp.alerts SELECT * FROM lark_batch.alerts)sql";

// $1 the alerts, $2 resolve_after (ms). One that comes back after it was over
// is a new one.
constexpr const char* k_remember = R"sql(
INSERT INTO {0} AS known (topic, app, label, level, muted, facts)
SELECT a.topic, a.app, a.label, a.level, a.muted, a.facts
FROM jsonb_to_recordset($1::jsonb) AS a(topic text, app text, label text,
    level smallint, muted boolean, facts jsonb)
ON CONFLICT (topic) DO UPDATE SET
    app = excluded.app, label = excluded.label, level = excluded.level,
    muted = excluded.muted, facts = excluded.facts, seen_at = now(),
    missing_since = NULL,
    first_seen_at = CASE
        WHEN known.missing_since
             <= now() - make_interval(secs => $2::bigint / 1000.0)
        THEN now() ELSE known.first_seen_at END)sql";

// What was remembered in this transaction was seen now().
constexpr const char* k_note_missing = R"sql(
UPDATE {0} SET missing_since = now()
WHERE seen_at < now() AND missing_since IS NULL AND topic <> 'watchdog')sql";

// $1 resolve_after (ms): what was not over yet is missing for no known time.
constexpr const char* k_unnote_missing = R"sql(
UPDATE {0} SET missing_since = NULL
WHERE topic <> 'watchdog' AND missing_since
      > now() - make_interval(secs => $1::bigint / 1000.0))sql";

// $1 whether it is there.
constexpr const char* k_remember_watchdog = R"sql(
INSERT INTO {0} AS known (topic, label, level, missing_since)
VALUES ('watchdog', 'Watchdog', 3, CASE WHEN $1 THEN NULL ELSE now() END)
ON CONFLICT (topic) DO UPDATE SET missing_since =
    CASE WHEN $1 THEN NULL ELSE coalesce(known.missing_since, now()) END)sql";

constexpr const char* k_forget_watchdog = R"sql(
DELETE FROM {0} WHERE topic = 'watchdog')sql";

// $1 resolve_after (ms).
constexpr const char* k_fill_firing = R"sql(
INSERT INTO conditions (topic, app, label, level, facts, quiet)
SELECT topic, app, label, level, facts, muted OR missing_since IS NOT NULL
FROM {0}
WHERE topic <> 'watchdog'
  AND (missing_since IS NULL OR missing_since
       > now() - make_interval(secs => $1::bigint / 1000.0)))sql";

// $1 as above, $2 the zone. Which channels were told tells lib/db.
constexpr const char* k_fill_late = R"sql(
INSERT INTO conditions (topic, app, label, level, facts, past_from)
SELECT a.topic, a.app, a.label, a.level, a.facts || jsonb_build_object('over',
           to_char(a.missing_since AT TIME ZONE $2::text,
                   'YYYY-MM-DD HH24:MI')),
       a.first_seen_at
FROM {0} a
WHERE a.topic <> 'watchdog' AND NOT a.muted
  AND a.missing_since <= now() - make_interval(secs => $1::bigint / 1000.0)
  AND a.missing_since > now() - interval '3 days')sql";

// $1 watchdog_after (ms), $2 the zone.
constexpr const char* k_fill_watchdog = R"sql(
INSERT INTO conditions (topic, label, level, facts)
SELECT topic, label, level, jsonb_build_object('since',
           to_char(missing_since AT TIME ZONE $2::text, 'YYYY-MM-DD HH24:MI'))
FROM {0}
WHERE topic = 'watchdog'
  AND missing_since <= now() - make_interval(secs => $1::bigint / 1000.0))sql";

// $1 resolve_after (ms).
constexpr const char* k_gone = R"sql(
SELECT topic, coalesce(facts->>'alert', ''), coalesce(facts->>'system', ''),
       coalesce(facts->>'summary', ''), coalesce(facts->>'labels', '')
FROM {0}
WHERE topic <> 'watchdog'
  AND missing_since <= now() - make_interval(secs => $1::bigint / 1000.0))sql";

constexpr const char* k_apps = R"sql(
SELECT app FROM lark_batch.notices
WHERE source = 'forward_alerts' AND recovered_at IS NULL
UNION SELECT app FROM conditions UNION SELECT '')sql";

// They heard at once that it was and that it is over.
constexpr const char* k_close_late = R"sql(
UPDATE lark_batch.notices n SET recovered_at = n.sent_at
FROM conditions c JOIN {0} a USING (topic)
WHERE n.source = 'forward_alerts' AND n.topic = c.topic
  AND n.recovered_at IS NULL AND c.past_from IS NOT NULL
  AND n.first_sent_at >= a.missing_since)sql";

// $1 resolve_after (ms), $2 whether every channel took all that was due. Three
// days are for channels that are down, and for those that the configuration no
// longer has.
constexpr const char* k_forget = R"sql(
DELETE FROM {0} a
WHERE a.topic <> 'watchdog'
  AND a.missing_since <= now() - make_interval(secs => $1::bigint / 1000.0)
  AND (a.missing_since <= now() - interval '3 days' OR (
      NOT EXISTS (SELECT FROM lark_batch.notices n
                  WHERE n.source = 'forward_alerts' AND n.topic = a.topic
                    AND n.recovered_at IS NULL)
      AND (a.muted OR ($2 AND EXISTS (
          SELECT FROM conditions c
          WHERE c.topic = a.topic AND c.past_from IS NOT NULL))))))sql";

std::string sql_for(const Look& look, const char* text) {
    return fmt::format(fmt::runtime(text),
                       look.mode == notify::Mode::real ? k_real : k_copy);
}

void remember(pqxx::transaction_base& transaction, const Look& look) {
    transaction.exec_params(sql_for(look, k_remember), look.alerts_json,
                            look.resolve_after.count());
    if (look.watchdog == Watchdog::absent) {
        transaction.exec_params(sql_for(look, k_unnote_missing),
                                look.resolve_after.count());
    } else {
        transaction.exec(sql_for(look, k_note_missing));
    }
    if (look.watchdog == Watchdog::unwatched) {
        transaction.exec(sql_for(look, k_forget_watchdog));
    } else {
        transaction.exec_params(sql_for(look, k_remember_watchdog),
                                look.watchdog == Watchdog::present);
    }
}

void fill(pqxx::transaction_base& transaction, const Look& look) {
    transaction.exec_params(sql_for(look, k_fill_firing),
                            look.resolve_after.count());
    transaction.exec_params(sql_for(look, k_fill_late),
                            look.resolve_after.count(), look.zone);
    transaction.exec_params(sql_for(look, k_fill_watchdog),
                            look.watchdog_after.count(), look.zone);
}

}  // namespace

void take_in(db::Connection& connection, const Look& look) {
    db::create_conditions(connection);
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        if (look.mode == notify::Mode::rehearsal) {
            transaction.exec(k_make_copy);
        }
        remember(transaction, look);
        fill(transaction, look);
    });
}

std::map<std::string, Facts> facts_of_gone(db::Connection& connection,
                                           const Look& look) {
    std::map<std::string, Facts> all;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec_params(
                 sql_for(look, k_gone), look.resolve_after.count())) {
            all[row[0].c_str()] = {{"alert", row[1].c_str()},
                                   {"system", row[2].c_str()},
                                   {"summary", row[3].c_str()},
                                   {"labels", row[4].c_str()}};
        }
    });
    return all;
}

std::vector<std::string> examined_apps(db::Connection& connection) {
    std::vector<std::string> apps;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_apps)) {
            apps.emplace_back(row[0].c_str());
        }
    });
    return apps;
}

void settle(db::Connection& connection, const Look& look,
            const notify::Report& told) {
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec(sql_for(look, k_close_late));
        transaction.exec_params(sql_for(look, k_forget),
                                look.resolve_after.count(), told.complete());
    });
}

}  // namespace lark_batch::forward_alerts
