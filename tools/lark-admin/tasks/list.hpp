// `tasks list`: the registry beside what happened.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "lib/db/task_pauses.hpp"
#include "lib/schedule/zone.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-admin/queries_tasks.hpp"

namespace lark_batch::admin {

// A task of the registry, or one that only ran.
struct ListedTask {
    std::string name;
    const config::RunSettings* settings = nullptr;  // null: in no registry
    schedule::Zone zone;  // of the task, else of all reports
    std::string words;    // its schedule, or why there is none
    std::vector<clock::WallTime> next;
    std::optional<db::TaskPause> pause;
    std::optional<LastRun> last;
};

// What the database knows; nothing when it cannot be asked.
struct TaskRecord {
    std::map<std::string, LastRun> runs;
    std::vector<db::TaskPause> pauses;
};

// By name. `settings` must outlive the answer.
std::vector<ListedTask> listed_tasks(const Settings& settings,
                                     const std::optional<TaskRecord>& record,
                                     clock::WallTime now);

// At most 100 columns wide for names of up to 24 letters.
std::string tasks_table(const std::vector<ListedTask>& tasks, bool has_record);
std::string tasks_json(const std::vector<ListedTask>& tasks, bool has_record);

// Works without the database, too: a line in the log says so.
void list_tasks(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
