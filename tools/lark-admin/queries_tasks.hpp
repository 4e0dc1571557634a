// What the record of runs says of each task: the SQL of `tasks`.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/db/connection.hpp"
#include "lib/db/task_runs.hpp"

namespace lark_batch::admin {

struct LastRun {
    db::RunRecord run;  // the newest; a skipped one, too; without statistics
    std::optional<clock::WallTime> success;  // the end of the last good one
};

// Of every task that ever ran, by its name; shards have names of their own.
std::map<std::string, LastRun> last_runs(db::Connection& connection);

}  // namespace lark_batch::admin
