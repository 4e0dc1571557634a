#include "tools/lark-admin/queries_tasks.hpp"

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"

namespace lark_batch::admin {

namespace {

// There are few names and many runs: from one name to the next by the index.
constexpr const char* k_last_runs = R"sql(
WITH RECURSIVE names AS (
  (SELECT task_name FROM lark_batch.task_runs ORDER BY task_name LIMIT 1)
  UNION ALL
  SELECT (SELECT r.task_name FROM lark_batch.task_runs r
    WHERE r.task_name > names.task_name ORDER BY r.task_name LIMIT 1)
  FROM names WHERE names.task_name IS NOT NULL)
SELECT n.task_name, last.run_id, coalesce(last.outcome, ''), last.exit_code,
       last.trigger, last.host, coalesce(last.error, ''),
       (extract(epoch FROM last.started_at) * 1000)::bigint,
       (extract(epoch FROM last.finished_at) * 1000)::bigint,
       (extract(epoch FROM (SELECT max(good.finished_at)
          FROM lark_batch.task_runs good WHERE good.task_name = n.task_name
            AND good.outcome = 'success')) * 1000)::bigint
FROM names n, LATERAL (SELECT * FROM lark_batch.task_runs r
    WHERE r.task_name = n.task_name
    ORDER BY r.started_at DESC LIMIT 1) last)sql";

std::optional<clock::WallTime> time_in(const pqxx::field& millis) {
    if (millis.is_null()) {
        return {};
    }
    return clock::WallTime{clock::Duration{millis.as<long long>()}};
}

LastRun from_row(const pqxx::row& row) {
    LastRun last;
    last.run.task_name = row[0].c_str();
    last.run.run_id = row[1].c_str();
    last.run.outcome = row[2].c_str();
    if (!row[3].is_null()) {
        last.run.exit_code = row[3].as<int>();
    }
    last.run.trigger = row[4].c_str();
    last.run.host = row[5].c_str();
    last.run.error = row[6].c_str();
    last.run.started_at = *time_in(row[7]);
    last.run.finished_at = time_in(row[8]).value_or(clock::WallTime{});
    last.success = time_in(row[9]);
    return last;
}

}  // namespace

std::map<std::string, LastRun> last_runs(db::Connection& connection) {
    std::map<std::string, LastRun> found;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_last_runs)) {
            found.emplace(row[0].c_str(), from_row(row));
        }
    });
    return found;
}

}  // namespace lark_batch::admin
