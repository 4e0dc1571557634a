#include "lib/db/task_pauses.hpp"

#include <algorithm>
#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::db {

namespace {

constexpr const char* k_present =
    "SELECT task_name, extract(epoch FROM until), reason,"
    " extract(epoch FROM paused_at) FROM lark_batch.task_pauses"
    " WHERE until IS NULL OR until > now() ORDER BY task_name";

constexpr const char* k_pause =
    "INSERT INTO lark_batch.task_pauses AS known"
    " (task_name, until, reason, paused_at)"
    " VALUES ($1, to_timestamp($2::float8), $3, now())"
    " ON CONFLICT (task_name) DO UPDATE SET until = excluded.until,"
    " reason = excluded.reason, paused_at = excluded.paused_at";

constexpr const char* k_resume =
    "DELETE FROM lark_batch.task_pauses WHERE task_name = $1"
    " RETURNING coalesce(until > now(), true)";

clock::WallTime wall_time(const pqxx::field& seconds) {
    return clock::WallTime{
        clock::Duration{static_cast<long long>(seconds.as<double>() * 1000)}};
}

TaskPause pause_from(const pqxx::row& row) {
    TaskPause pause;
    pause.task_name = row[0].c_str();
    if (!row[1].is_null()) {
        pause.until = wall_time(row[1]);
    }
    pause.reason = row[2].c_str();
    pause.paused_at = wall_time(row[3]);
    return pause;
}

}  // namespace

std::vector<TaskPause> task_pauses(Connection& connection) {
    std::vector<TaskPause> pauses;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_present)) {
            pauses.push_back(pause_from(row));
        }
    });
    return pauses;
}

std::optional<TaskPause> pause_of(Connection& connection,
                                  const std::vector<std::string>& task_names) {
    for (TaskPause& pause : task_pauses(connection)) {
        if (std::ranges::find(task_names, pause.task_name) !=
            task_names.end()) {
            return std::move(pause);
        }
    }
    return {};
}

void pause_task(Connection& connection, const TaskPause& pause) {
    std::optional<double> until;
    if (pause.until) {
        until = clock::unix_seconds(*pause.until);
    }
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_pause, pause.task_name, until, pause.reason);
    });
}

bool resume_task(Connection& connection, const std::string& task_name) {
    bool held = false;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        const pqxx::result gone = transaction.exec_params(k_resume, task_name);
        held = !gone.empty() && gone[0][0].as<bool>();
    });
    return held;
}

}  // namespace lark_batch::db
