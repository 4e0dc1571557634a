// The task registry: one table in [tasks] for each task.
#include "lib/config/checks.hpp"
#include "lib/config/known_tasks.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using std::chrono::hours;
using text::Milliseconds;

const Milliseconds k_day = hours{24};
const Milliseconds k_week = hours{24 * 7};

// Declares the keys of one table, either below a program's own settings, where
// the path has to be given, or as an entry of the registry.
class TaskKeys {
public:
    TaskKeys(OptionSet& set, std::string table)
        : m_set(&set), m_table(std::move(table)) {}

    // A key that is an option of the command line, too.
    template <typename Value>
    Option& option(const std::string& key, Value& target) const {
        return placed(m_set->add(dashed(key), target), key);
    }

    // A key of the file alone.
    template <typename Value>
    Option& key(const std::string& key, Value& target) const {
        return placed(m_set->add(name_of(key), target), key)
            .places(Places::file);
    }

    Option& secret(const std::string& key, text::Secret& target) const {
        return placed(m_set->add_secret(name_of(key), target), key);
    }

private:
    static std::string dashed(const std::string& key) {
        return text::replace_all(key, '_', '-');
    }
    std::string name_of(const std::string& key) const {
        return (m_table.empty() ? "" : "task-") + dashed(key);
    }
    Option& placed(Option& option, const std::string& key) const {
        return m_table.empty() ? option : option.key(m_table + "." + key);
    }

    OptionSet* m_set;
    std::string m_table;
};

void declare_clock(const TaskKeys& keys, RunSettings& settings) {
    keys.key("enabled", settings.enabled)
        .help("whether the task runs at all; a disabled run ends with 75");
    keys.key("schedule", settings.schedule)
        .help("when the task is due, as in a crontab: \"0 9,18 * * *\"")
        .check(check_schedule);
    keys.key("timezone", settings.task_timezone)
        .help("zone of the schedule; unless given, the one of all reports")
        .check(check_timezone)
        .sample("Asia/Shanghai");
    keys.key("jitter", settings.jitter)
        .help("delay that a timer adds, chosen once for a host")
        .range(Milliseconds{0}, k_day);
    keys.key("misfire_grace_seconds", settings.misfire_grace_seconds)
        .help("skip a run that starts later than this after its schedule")
        .range(0, 604'800);
    keys.key("success_max_age", settings.success_max_age)
        .help(
            "how old the last success may become before somebody must look; "
            "0 follows from the schedule")
        .range(Milliseconds{0}, k_day * 366);
}

void declare_limits(const TaskKeys& keys, RunSettings& settings) {
    keys.option("timeout", settings.timeout)
        .help("end the run after this time; 0 is no limit")
        .range(Milliseconds{0}, k_week)
        .placeholder("DURATION");
    keys.option("lock_wait", settings.lock_wait)
        .help("wait this long for a run of the same task to end")
        .range(Milliseconds{0}, k_week)
        .placeholder("DURATION");
}

void declare_watchers(const TaskKeys& keys, RunSettings& settings, bool reads) {
    keys.key("notify", settings.notify)
        .help("tell the channels of this severity of failures and recoveries")
        .choices({"none", "reminder", "urgent", "critical"});
    keys.secret("heartbeat_url", settings.heartbeat_url)
        .help("address that is told of each run, as healthchecks.io expects")
        .sample("/etc/lark-batch/credentials/heartbeat-url")
        .wanted_when([&settings, reads] { return reads && !settings.dry_run; });
}

void declare_task(const TaskKeys& keys, RunSettings& settings,
                  bool reads_secrets) {
    declare_clock(keys, settings);
    declare_limits(keys, settings);
    declare_watchers(keys, settings, reads_secrets);
}

Found judge_name(const OptionSet& entry, const std::string& name) {
    if (const auto complaint = check_task_name(name)) {
        const Origin& place = entry.place();
        return {{place.name, place.line, place.column,
                 "the name of task '" + name + "' " + *complaint, ""}};
    }
    return {};
}

void declare_entry(OptionSet& entry, RunSettings& task, const RunSettings& all,
                   const std::string& name) {
    TaskKeys keys{entry, ""};
    declare_task(keys, task, false);
    if (known_task(name) == nullptr) {
        keys.key("command", task.command)
            .help("what lark-run runs, a program and its arguments");
        declare_command(entry, task.command_manner, "");
    }
    entry.after_loading([&entry, name] { return judge_name(entry, name); });
    entry.after_loading([&task, &all] {
        if (task.task_timezone.empty()) {
            task.task_timezone = all.timezone;
        }
        return Found{};
    });
}

RunSettings defaults_of(const KnownTask& known) {
    RunSettings settings;
    settings.schedule = known.schedule;
    settings.jitter = known.jitter;
    settings.success_max_age = known.success_max_age;
    settings.timeout = known.timeout;
    return settings;
}

RunSettings defaults(const std::string& task) {
    const KnownTask* const known = known_task(task);
    return known != nullptr ? defaults_of(*known) : RunSettings{};
}

}  // namespace

void declare_own_task(OptionSet& set, RunSettings& settings,
                      const std::string& task) {
    const KnownTask* const known = known_task(task);
    if (known != nullptr) {
        settings.schedule = known->schedule;
        settings.jitter = known->jitter;
        settings.success_max_age = known->success_max_age;
    }
    declare_task(TaskKeys{set, "tasks." + task}, settings, true);
    set.after_loading([&settings] {
        if (settings.task_timezone.empty()) {
            settings.task_timezone = settings.timezone;
        }
        return Found{};
    });
}

void declare_all_tasks(OptionSet& set, TaskSettings& tasks,
                       const SharedSettings& shared) {
    for (const KnownTask& known : k_known_tasks) {
        if (!known.optional) {
            tasks.emplace(known.name, defaults_of(known));
        }
    }
    // For those that the file does not mention.
    set.after_loading([&tasks, &shared] {
        if (!shared.alertmanager.urls.empty()) {
            tasks.try_emplace("forward_alerts", defaults("forward_alerts"));
        }
        for (auto& [name, task] : tasks) {
            if (task.task_timezone.empty()) {
                task.task_timezone = shared.run.timezone;
            }
        }
        return Found{};
    });
    set.add_family(
        "tasks", [&tasks, &shared](OptionSet& entry, const std::string& name) {
            const auto task = tasks.try_emplace(name, defaults(name)).first;
            declare_entry(entry, task->second, shared.run, name);
        });
}

}  // namespace lark_batch::config
