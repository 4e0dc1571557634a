#include "tools/lark-healthcheck/queries_tasks.hpp"

#include "lib/db/text_array.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr const char* k_tasks = R"(
SELECT wanted.task,
  (SELECT extract(epoch FROM clock_timestamp() - max(finished_at))
    FROM lark_batch.task_runs
    WHERE task_name = wanted.task AND outcome = 'success'),
  (SELECT extract(epoch FROM clock_timestamp() - min(started_at))
    FROM lark_batch.task_runs
    WHERE task_name = wanted.task AND outcome IS NULL),
  (SELECT outcome FROM lark_batch.task_runs
    WHERE task_name = wanted.task AND outcome <> 'skipped'
    ORDER BY started_at DESC LIMIT 1),
  EXISTS (SELECT FROM lark_batch.task_runs WHERE task_name = wanted.task)
FROM unnest($1::text[]) WITH ORDINALITY AS wanted(task, place)
ORDER BY wanted.place
)";

// There are few names and many runs: from one name to the next by the index.
constexpr const char* k_latest_runs = R"(
WITH RECURSIVE names AS (
  (SELECT task_name FROM lark_batch.task_runs ORDER BY task_name LIMIT 1)
  UNION ALL
  SELECT (SELECT r.task_name FROM lark_batch.task_runs r
    WHERE r.task_name > names.task_name ORDER BY r.task_name LIMIT 1)
  FROM names WHERE names.task_name IS NOT NULL)
SELECT n.task_name, latest.by_clock, extract(epoch FROM latest.started_at)
FROM names n, LATERAL (SELECT r.trigger <> 'manual' AS by_clock, r.started_at
    FROM lark_batch.task_runs r WHERE r.task_name = n.task_name
    ORDER BY by_clock DESC, r.started_at DESC LIMIT 1) latest
WHERE split_part(n.task_name, '@', 1) = ANY ($1::text[])
)";

constexpr const char* k_metered = R"(
WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE $1)
                 AT TIME ZONE $1 AS begin)
SELECT
  (SELECT coalesce(sum((stats ->> 'metered_calls')::numeric), 0)
    FROM lark_batch.task_runs, month WHERE started_at >= month.begin)
  + (SELECT count(*) FROM lark_batch.check_results, month
    WHERE check_name = $2 AND checked_at >= month.begin
      AND state IN ('ok', 'warning'))
)";

std::optional<double> optional_number(const db::Rows::Field& field) {
    return field ? number_in(*field) : std::nullopt;
}

}  // namespace

std::vector<LatestRun> ask_latest_runs(db::BoundedSession& session,
                                       const std::vector<std::string>& tasks) {
    std::vector<LatestRun> runs;
    for (const auto& row :
         session.ask(k_latest_runs, {db::text_array(tasks)}).rows) {
        runs.push_back({row[0].value_or(""), row[1] == "t",
                        optional_number(row[2]).value_or(0)});
    }
    return runs;
}

std::vector<TaskHistory> ask_tasks(db::BoundedSession& session,
                                   const std::vector<std::string>& tasks) {
    std::vector<TaskHistory> histories;
    for (const auto& row : session.ask(k_tasks, {db::text_array(tasks)}).rows) {
        histories.push_back({row[0].value_or(""), optional_number(row[1]),
                             optional_number(row[2]), row[3].value_or(""),
                             row[4] == "t"});
    }
    return histories;
}

double ask_metered_calls(db::BoundedSession& session, const std::string& zone,
                         const std::string& check) {
    const auto rows = session.ask(k_metered, {zone, check}, 1);
    return optional_number(rows.rows.at(0)[0]).value_or(0);
}

}  // namespace lark_batch::healthcheck
