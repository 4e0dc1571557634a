#include "tools/lark-healthcheck/queries_memory.hpp"

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr const char* k_load_states = R"sql(
SELECT jsonb_build_object('version', 1, 'checks', coalesce(jsonb_agg(
    jsonb_build_object(
        'name', check_name, 'state', state, 'found', found,
        'since', (extract(epoch FROM since) * 1000)::bigint,
        'consecutive', consecutive,
        'checked_at', (extract(epoch FROM checked_at) * 1000)::bigint,
        'latency', latency_seconds, 'message', message,
        'measured', measured)), '[]'))::text
FROM lark_batch.check_states)sql";

constexpr const char* k_save_results = R"sql(
INSERT INTO lark_batch.check_results
    (run_id, check_name, state, latency_seconds, message, checked_at)
SELECT ($1::jsonb ->> 'run_id')::uuid, r.name, r.state, r.latency, r.message,
       to_timestamp(r.at / 1000.0)
FROM jsonb_to_recordset($1::jsonb -> 'results') AS r(
    name text, state text, latency double precision, message text, at bigint)
ON CONFLICT (run_id, check_name) DO NOTHING)sql";

// A row from a time that has not come is from before a clock was set back.
constexpr const char* k_save_states = R"sql(
INSERT INTO lark_batch.check_states AS known
    (check_name, state, since, found, consecutive, checked_at,
     latency_seconds, message, measured)
SELECT r.name, r.state, to_timestamp(r.since / 1000.0), r.found,
       r.consecutive, to_timestamp(r.checked_at / 1000.0), r.latency,
       r.message, r.measured
FROM jsonb_to_recordset($1::jsonb -> 'checks') AS r(
    name text, state text, since bigint, found text, consecutive bigint,
    checked_at bigint, latency double precision, message text,
    measured jsonb)
ON CONFLICT (check_name) DO UPDATE SET
    state = excluded.state, since = excluded.since, found = excluded.found,
    consecutive = excluded.consecutive, checked_at = excluded.checked_at,
    latency_seconds = excluded.latency_seconds, message = excluded.message,
    measured = excluded.measured
WHERE known.checked_at <= excluded.checked_at
   OR known.checked_at > now())sql";

constexpr const char* k_past_results = R"sql(
SELECT (extract(epoch FROM checked_at) * 1000)::bigint, state,
       coalesce(latency_seconds, 0), message
FROM lark_batch.check_results
WHERE check_name = $1
ORDER BY checked_at DESC, result_id DESC LIMIT $2::int)sql";

constexpr const char* k_fill_conditions = R"sql(
INSERT INTO conditions (topic, label, level, facts)
SELECT c.topic, c.label, c.level, c.facts
FROM jsonb_to_recordset($1::jsonb) AS c(
    topic text, label text, level smallint, facts jsonb))sql";

}  // namespace

std::string load_states(db::Connection& connection) {
    std::string json;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        json = direct.exec1(k_load_states)[0].c_str();
    });
    return json;
}

void save(db::Connection& connection, const std::string& results,
          const std::string& states) {
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_save_results, results);
        transaction.exec_params(k_save_states, states);
    });
}

std::vector<std::string> save_waiting(db::Connection& connection,
                                      const std::vector<std::string>& results) {
    std::vector<std::string> refused;
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        refused.clear();
        for (const std::string& line : results) {
            try {
                db::with_savepoint(transaction,
                                   [&](pqxx::transaction_base& inner) {
                                       inner.exec_params(k_save_results, line);
                                   });
            } catch (const errors::Error& error) {
                refused.emplace_back(error.what());
            }
        }
    });
    return refused;
}

std::vector<PastResult> past_results(db::Connection& connection,
                                     const std::string& check, int limit) {
    std::vector<PastResult> results;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec_params(k_past_results, check, limit)) {
            results.push_back({row[0].as<long long>(), row[1].c_str(),
                               row[2].as<double>(), row[3].c_str()});
        }
    });
    return results;
}

void fill_conditions(db::Connection& connection, const std::string& json) {
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_fill_conditions, json);
    });
}

}  // namespace lark_batch::healthcheck
