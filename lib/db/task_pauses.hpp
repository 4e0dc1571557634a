// Tasks that somebody switched off for a while: `lark-admin tasks disable`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"

namespace lark_batch::db {

struct TaskPause {
    std::string task_name;
    std::optional<clock::WallTime> until;  // nothing: until it is enabled
    std::string reason;                    // may be empty
    clock::WallTime paused_at;
};

// Those that hold now, by name.
std::vector<TaskPause> task_pauses(Connection& connection);

// The one that keeps any of these tasks from running now. A shard is paused
// with its task.
std::optional<TaskPause> pause_of(Connection& connection,
                                  const std::vector<std::string>& task_names);

// Replaces what there was.
void pause_task(Connection& connection, const TaskPause& pause);

// Whether there was one that held.
bool resume_task(Connection& connection, const std::string& task_name);

}  // namespace lark_batch::db
