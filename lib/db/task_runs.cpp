#include "lib/db/task_runs.hpp"

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::db {

namespace {

// All writing goes through JSON, so that a record from the spool and one from
// memory take the same way.
constexpr const char* k_save = R"sql(
INSERT INTO lark_batch.task_runs AS known
    (run_id, task_name, outcome, exit_code, trigger, host, pid, version,
     started_at, finished_at, stats, error)
SELECT run_id, task_name, outcome, exit_code, trigger, host, pid, version,
       started_at, finished_at, coalesce(stats, '{}'), error
FROM jsonb_to_record($1::jsonb) AS given(
    run_id uuid, task_name text, outcome text, exit_code int, trigger text,
    host text, pid int, version text, started_at timestamptz,
    finished_at timestamptz, stats jsonb, error text)
ON CONFLICT (run_id) DO UPDATE SET
    outcome = excluded.outcome, exit_code = excluded.exit_code,
    finished_at = excluded.finished_at, stats = excluded.stats,
    error = excluded.error
RETURNING run_id)sql";

constexpr const char* k_close_abandoned = R"sql(
UPDATE lark_batch.task_runs
SET outcome = 'failure', finished_at = now(),
    error = 'the run was killed before it could record its end',
    stats = stats || '{"killed": true}'
WHERE task_name = $1 AND outcome IS NULL AND run_id <> $2::uuid
  AND (host = $3 OR started_at < now() - interval '1 day')
RETURNING run_id)sql";

constexpr const char* k_close_killed = R"sql(
UPDATE lark_batch.task_runs
SET outcome = 'failure', finished_at = now(), error = $3,
    stats = stats || '{"killed": true}'
WHERE task_name = $1 AND outcome IS NULL AND host = $2
RETURNING run_id)sql";

const std::string k_record = R"sql(
SELECT run_id, task_name, coalesce(outcome, ''), exit_code,
       trigger, host, pid, version,
       (extract(epoch FROM started_at) * 1000)::bigint,
       (extract(epoch FROM coalesce(finished_at, now())) * 1000)::bigint,
       stats::text, coalesce(error, ''), coalesce(stats ->> 'summary', ''),
       coalesce(stats ->> 'output_tail', '')
FROM lark_batch.task_runs)sql";

const std::string k_recent = k_record + R"sql(
WHERE $1 = '' OR task_name = $1 OR starts_with(task_name, $1 || '@')
ORDER BY started_at DESC LIMIT $2::int)sql";

const std::string k_of_id = k_record + R"sql(
WHERE starts_with(run_id::text, $1)
ORDER BY started_at DESC LIMIT 10)sql";

constexpr const char* k_served = R"sql(
SELECT host FROM lark_batch.task_runs
WHERE task_name = $1 AND started_at >= to_timestamp($2::float8 / 1000)
    AND trigger <> 'manual' AND outcome IN ('success', 'partial', 'guarded')
ORDER BY started_at LIMIT 1)sql";

constexpr const char* k_last_success = R"sql(
SELECT extract(epoch FROM max(finished_at))::float8
FROM lark_batch.task_runs WHERE task_name = $1 AND outcome = 'success')sql";

constexpr const char* k_history = R"sql(
WITH success AS (
    SELECT max(finished_at) AS ended
    FROM lark_batch.task_runs WHERE task_name = $1 AND outcome = 'success')
SELECT (extract(epoch FROM success.ended) * 1000)::bigint,
       (SELECT (extract(epoch FROM min(started_at)) * 1000)::bigint
        FROM lark_batch.task_runs
        WHERE task_name = $1 AND outcome NOT IN ('success', 'skipped')
          AND started_at > coalesce(success.ended, '-infinity'))
FROM success)sql";

clock::WallTime from_millis(long long millis) {
    return clock::WallTime{clock::Duration{millis}};
}

std::optional<clock::WallTime> time_of(const pqxx::field& millis) {
    if (millis.is_null()) {
        return std::nullopt;
    }
    return from_millis(millis.as<long long>());
}

std::vector<std::string> first_column(const pqxx::result& rows) {
    std::vector<std::string> values;
    for (const pqxx::row& row : rows) {
        values.emplace_back(row[0].c_str());
    }
    return values;
}

RunRecord from_row(const pqxx::row& row) {
    RunRecord run;
    run.run_id = row[0].c_str();
    run.task_name = row[1].c_str();
    run.outcome = row[2].c_str();
    if (!row[3].is_null()) {
        run.exit_code = row[3].as<int>();
    }
    run.trigger = row[4].c_str();
    run.host = row[5].c_str();
    run.pid = row[6].as<int>();
    run.version = row[7].c_str();
    run.started_at = from_millis(row[8].as<long long>());
    run.finished_at = from_millis(row[9].as<long long>());
    run.stats_json = row[10].c_str();
    run.error = row[11].c_str();
    run.summary = row[12].c_str();
    run.output = row[13].c_str();
    return run;
}

}  // namespace

std::string RunRecord::to_json() const {
    text::JsonWriter json;
    json.begin_object().field("run_id", run_id).field("task_name", task_name);
    json.field("trigger", trigger).field("host", host).field("pid", pid);
    json.field("version", version);
    json.field("started_at", clock::format_utc(started_at));
    json.key("stats").raw(stats_json);
    if (!outcome.empty()) {
        json.field("outcome", outcome);
        json.field("exit_code", exit_code.value_or(0));
        json.field("finished_at", clock::format_utc(finished_at));
    }
    if (!error.empty()) {
        json.field("error", error);
    }
    return json.end_object().str();
}

std::string save_spooled_run(pqxx::transaction_base& transaction,
                             const std::string& record_json) {
    return transaction.exec_params1(k_save, record_json)[0].c_str();
}

void save_run(pqxx::transaction_base& transaction, const RunRecord& run) {
    save_spooled_run(transaction, run.to_json());
}

std::vector<std::string> close_abandoned_runs(
    pqxx::transaction_base& transaction, const RunRecord& present) {
    return first_column(transaction.exec_params(
        k_close_abandoned, present.task_name, present.run_id, present.host));
}

std::vector<std::string> close_killed_runs(pqxx::transaction_base& transaction,
                                           const std::string& task_name,
                                           const std::string& host,
                                           const std::string& reason) {
    return first_column(
        transaction.exec_params(k_close_killed, task_name, host, reason));
}

TaskHistory history_of(Connection& connection, const std::string& task_name) {
    TaskHistory history;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::row row = direct.exec_params1(k_history, task_name);
        history = {time_of(row[0]), time_of(row[1])};
    });
    return history;
}

std::string served_since(Connection& connection, const std::string& task_name,
                         clock::WallTime since) {
    std::string host;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::result rows = direct.exec_params(
            k_served, task_name, since.time_since_epoch().count());
        host = rows.empty() ? "" : rows[0][0].c_str();
    });
    return host;
}

std::vector<RunRecord> recent_runs(Connection& connection,
                                   const std::string& task_name, int limit) {
    std::vector<RunRecord> runs;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec_params(k_recent, task_name, limit)) {
            runs.push_back(from_row(row));
        }
    });
    return runs;
}

std::vector<RunRecord> runs_of_id(Connection& connection,
                                  const std::string& beginning) {
    std::vector<RunRecord> runs;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec_params(k_of_id, beginning)) {
            runs.push_back(from_row(row));
        }
    });
    return runs;
}

std::optional<double> last_success_unix(pqxx::transaction_base& transaction,
                                        const std::string& task_name) {
    const pqxx::row row = transaction.exec_params1(k_last_success, task_name);
    if (row[0].is_null()) {
        return std::nullopt;
    }
    return row[0].as<double>();
}

}  // namespace lark_batch::db
