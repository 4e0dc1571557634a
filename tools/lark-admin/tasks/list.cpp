#include "tools/lark-admin/tasks/list.hpp"

#include <algorithm>
#include <set>

#include "lib/clock/clock.hpp"
#include "lib/db/schema.hpp"
#include "lib/log/log.hpp"
#include "lib/run/wiring.hpp"
#include "lib/schedule/schedule.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"
#include "tools/lark-admin/tasks/words.hpp"

namespace lark_batch::admin {

namespace {

constexpr int k_next_runs = 3;

// What this release needs is there, or nothing is known.
std::optional<TaskRecord> ask_database(const Settings& settings) {
    try {
        db::Connection connection{
            run::database_settings(settings.shared.database, k_program)};
        db::require_schema(connection);
        return TaskRecord{last_runs(connection), db::task_pauses(connection)};
    } catch (const errors::Error& error) {
        log::warning(
            "the database cannot be asked, so last runs and pauses are unknown",
            {{"error", error.what()}});
        return {};
    }
}

const db::TaskPause* pause_in(const TaskRecord& record,
                              const std::string& name) {
    const auto found =
        std::ranges::find_if(record.pauses, [&](const db::TaskPause& pause) {
            return pause.task_name == name ||
                   pause.task_name == whole_task(name);
        });
    return found == record.pauses.end() ? nullptr : &*found;
}

std::string words_without_schedule(const Settings& settings,
                                   const std::string& name) {
    const std::string whole = whole_task(name);
    if (settings.tasks.contains(name)) {
        return "no schedule";
    }
    return whole != name && settings.tasks.contains(whole)
               ? "a part of " + whole
               : "not in the configuration";
}

ListedTask listed(const Settings& settings, const std::string& name,
                  clock::WallTime now) {
    const auto found = settings.tasks.find(name);
    const config::RunSettings* const task =
        found == settings.tasks.end() ? nullptr : &found->second;
    const std::string& zone =
        task == nullptr ? settings.shared.run.timezone : task->task_timezone;
    ListedTask listed{name, task, schedule::Zone::find(zone), {}, {}, {}, {}};
    if (task == nullptr || task->schedule.empty()) {
        listed.words = words_without_schedule(settings, name);
        return listed;
    }
    const schedule::Schedule schedule{task->schedule, zone};
    listed.words = schedule_in_words(schedule.cron(), zone);
    listed.next = schedule.next(now, k_next_runs);
    return listed;
}

}  // namespace

std::vector<ListedTask> listed_tasks(const Settings& settings,
                                     const std::optional<TaskRecord>& record,
                                     clock::WallTime now) {
    std::set<std::string> names;
    for (const auto& [name, task] : settings.tasks) {
        names.insert(name);
    }
    for (const auto& [name, run] : record.value_or(TaskRecord{}).runs) {
        names.insert(name);
    }
    std::vector<ListedTask> tasks;
    for (const std::string& name : names) {
        ListedTask& task = tasks.emplace_back(listed(settings, name, now));
        if (!record) {
            continue;
        }
        if (const auto run = record->runs.find(name);
            run != record->runs.end()) {
            task.last = run->second;
        }
        if (const db::TaskPause* pause = pause_in(*record, name)) {
            task.pause = *pause;
        }
    }
    return tasks;
}

void list_tasks(const Settings& settings, std::ostream& out) {
    const auto record = ask_database(settings);
    const auto tasks =
        listed_tasks(settings, record, clock::system_clock().now());
    out << (settings.shared.run.json ? tasks_json(tasks, record.has_value())
                                     : tasks_table(tasks, record.has_value()));
}

}  // namespace lark_batch::admin
