// Names of tasks whose apps are dealt out: each shard is a task of its own,
// "sync_users@2of4" or "sync_users@hr-portal", with a record of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/queries_tasks.hpp"

namespace lark_batch::healthcheck {

// "sync_users" of either.
std::string task_of(const std::string& name);

// "must be ..." for what is neither a task's name nor a shard's.
std::optional<std::string> check_task_name(const std::string& name);

// Under which names the task runs at present: its own, all n of "2ofn", or one
// for each of `apps`, the enabled ones. The latest run decides, of those that
// a clock started if there are any: a person may run a shard or the whole by
// hand. Shards that never ran are named, too; they should have.
std::vector<std::string> present_names(const std::string& task,
                                       const std::vector<LatestRun>& runs,
                                       const std::vector<std::string>& apps);

}  // namespace lark_batch::healthcheck
