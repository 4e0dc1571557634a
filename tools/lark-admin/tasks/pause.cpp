#include "tools/lark-admin/tasks/pause.hpp"

#include <algorithm>

#include "lib/clock/clock.hpp"
#include "lib/db/schema.hpp"
#include "lib/db/task_pauses.hpp"
#include "lib/metrics/names.hpp"
#include "lib/metrics/snapshot.hpp"
#include "lib/run/push.hpp"
#include "lib/run/wiring.hpp"
#include "lib/schedule/zone.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/queries_tasks.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"
#include "tools/lark-admin/tasks/until.hpp"
#include "tools/lark-admin/tasks/zoned.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_longest_reason = 500;

// Names that the registry or the record of runs knows. Shards among them.
config::Strings known_tasks(const Settings& settings,
                            db::Connection& connection) {
    config::Strings names;
    for (const auto& [name, task] : settings.tasks) {
        names.push_back(name);
    }
    for (const auto& [name, run] : last_runs(connection)) {
        names.push_back(name);
    }
    return names;
}

bool is_in(const config::Strings& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// A shard of a known task may not have run yet.
void check_known(const std::string& task, const config::Strings& known) {
    if (is_in(known, task) || is_in(known, whole_task(task))) {
        return;
    }
    const auto near = text::nearest(task, known);
    throw Error{Kind::usage, "no task is named '" + task + "'",
                near ? "did you mean '" + *near + "'?"
                     : "lark-admin tasks list shows the tasks"};
}

const config::RunSettings& registered(const Settings& settings,
                                      const std::string& task) {
    const auto found = settings.tasks.find(whole_task(task));
    return found == settings.tasks.end() ? settings.shared.run : found->second;
}

schedule::Zone zone_of(const Settings& settings, const std::string& task) {
    const config::RunSettings& own = registered(settings, task);
    return schedule::Zone::find(own.task_timezone.empty() ? own.timezone
                                                          : own.task_timezone);
}

// The task and its shards, as far as they have ever run: each has a group.
config::Strings pushed_tasks(const std::string& task,
                             const config::Strings& known) {
    config::Strings names;
    for (const std::string& name : known) {
        if (name == task || name.starts_with(task + "@")) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// As far as it can be done: the next run says it again.
void push_enabled(const Settings& settings, const config::Strings& tasks,
                  bool enabled) {
    if (!settings.shared.pushgateway.enabled) {
        return;
    }
    http::Client http{run::http_settings(settings.shared.http)};
    for (const std::string& task : tasks) {
        const std::vector<metrics::Gauge> gauges{metrics::gauge(
            metrics::k_enabled, {{"task_name", task}}, enabled ? 1 : 0)};
        run::Pusher pusher{http, settings.shared.pushgateway,
                           group_of_task(task)};
        if (!pusher.push_start(metrics::exposition({}, {}, gauges))) {
            return;  // warned of once
        }
    }
}

std::string end_of(const db::TaskPause& pause, const schedule::Zone& zone) {
    return pause.until ? " until " + zoned_minute(zone, *pause.until) + " " +
                             zone.name()
                       : "";
}

std::string told(const db::TaskPause& pause, const schedule::Zone& zone) {
    return "task '" + pause.task_name + "' is disabled" + end_of(pause, zone) +
           (pause.reason.empty() ? "" : ": " + pause.reason) + "\n";
}

db::Connection connect(const Settings& settings) {
    db::Connection connection{
        run::database_settings(settings.shared.database, k_program)};
    db::require_schema(connection);
    return connection;
}

// What still keeps the task from running, in words; empty when nothing does.
std::string obstacle(const Settings& settings, const std::string& task,
                     db::Connection& connection) {
    if (const auto pause = db::pause_of(connection, {whole_task(task), task})) {
        return told(*pause, zone_of(settings, task));
    }
    return registered(settings, task).enabled
               ? ""
               : "task '" + task + "' stays disabled: the configuration has " +
                     "[tasks." + whole_task(task) + "] enabled = false\n";
}

}  // namespace

const std::string& only_name(const config::Strings& names,
                             const std::string& command) {
    if (names.size() != 1) {
        throw Error{
            Kind::usage,
            command + (names.empty() ? " needs a name" : " takes one name"),
            "lark-admin " + command + " --help shows how"};
    }
    return names.front();
}

void disable_task(const Settings& settings, std::ostream& out) {
    const std::string& task = only_name(settings.named.names, "tasks disable");
    const schedule::Zone zone = zone_of(settings, task);
    db::TaskPause pause;
    pause.task_name = task;
    pause.reason = text::excerpt(settings.named.reason, k_longest_reason);
    if (!settings.named.until.empty()) {
        pause.until = parse_until(settings.named.until, zone,
                                  clock::system_clock().now());
    }
    db::Connection connection = connect(settings);
    const config::Strings known = known_tasks(settings, connection);
    check_known(task, known);
    db::pause_task(connection, pause);
    push_enabled(settings, pushed_tasks(task, known), false);
    out << told(pause, zone);
}

void enable_task(const Settings& settings, std::ostream& out) {
    const std::string& task = only_name(settings.named.names, "tasks enable");
    db::Connection connection = connect(settings);
    const config::Strings known = known_tasks(settings, connection);
    const bool was_paused = db::resume_task(connection, task);
    if (!was_paused) {
        check_known(task, known);
    }
    const std::string left = obstacle(settings, task, connection);
    if (!left.empty()) {
        out << left;
        return;
    }
    config::Strings enabled = pushed_tasks(task, known);
    std::erase_if(enabled, [&](const std::string& shard) {
        return db::pause_of(connection, {shard}).has_value();
    });
    push_enabled(settings, enabled, true);
    out << "task '" << task << "' is enabled"
        << (was_paused ? "\n" : ", as it was\n");
}

}  // namespace lark_batch::admin
