// The record of runs. A row appears when a run begins, without outcome, and
// is completed in the transaction that also adds the run's metric totals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::db {

struct RunRecord {
    std::string run_id;  // UUID
    std::string task_name;
    std::string trigger;
    std::string host;
    int pid = 0;
    std::string version;
    clock::WallTime started_at;
    // What follows is known at the end.
    std::string outcome;           // empty while it runs
    std::optional<int> exit_code;  // a killed run has none
    clock::WallTime finished_at;
    std::string stats_json = "{}";
    std::string error;    // the one error line, without secrets
    std::string summary;  // of the statistics; read only
    std::string output;   // the same: the end of what a command said

    // For the spool: one JSON object, read back by save_spooled_run().
    std::string to_json() const;
};

// Writes the row, or completes the one that begin left.
void save_run(pqxx::transaction_base& transaction, const RunRecord& run);

// A record that waited in the spool. Returns its run id.
std::string save_spooled_run(pqxx::transaction_base& transaction,
                             const std::string& record_json);

// Closes earlier runs of the task that have no outcome: the caller holds the
// task's lock, so they were killed. Those of other hosts after a day only: such
// a host may still bring the end of its run from its spool. Returns their ids.
std::vector<std::string> close_abandoned_runs(
    pqxx::transaction_base& transaction, const RunRecord& present);

// The same for one host whose run is known to have been killed just now, with
// the reason: "the run was killed: oom-kill".
std::vector<std::string> close_killed_runs(pqxx::transaction_base& transaction,
                                           const std::string& task_name,
                                           const std::string& host,
                                           const std::string& reason);

// The host that has done the task's work since then, started by a clock; empty
// when none has. A run that failed or was stopped has not.
std::string served_since(Connection& connection, const std::string& task_name,
                         clock::WallTime since);

// The newest first, those of shards included. `task_name` empty: all tasks.
std::vector<RunRecord> recent_runs(Connection& connection,
                                   const std::string& task_name, int limit);

// What the task did since it last succeeded.
struct TaskHistory {
    std::optional<clock::WallTime> last_success;
    // The beginning of the first run since then that did not.
    std::optional<clock::WallTime> failing_since;
};
TaskHistory history_of(Connection& connection, const std::string& task_name);

// Those whose id begins so, the newest first, a few at most.
std::vector<RunRecord> runs_of_id(Connection& connection,
                                  const std::string& beginning);

// What the gauges need of the past: when the task last succeeded.
std::optional<double> last_success_unix(pqxx::transaction_base& transaction,
                                        const std::string& task_name);

}  // namespace lark_batch::db
