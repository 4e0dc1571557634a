#include "tools/lark-healthcheck/kinds/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/checks.hpp"
#include "lib/config/known_tasks.hpp"
#include "lib/run/due.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/shards.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"

namespace lark_batch::healthcheck {

namespace {

// A run that its own limit ends needs a while to say so.
constexpr double k_tolerance = 60;  // seconds

double seconds_of(text::Milliseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

const config::RunSettings* sibling(const Surroundings& around,
                                   const std::string& task) {
    if (around.siblings == nullptr) {
        return nullptr;
    }
    const auto found = around.siblings->find(task_of(task));
    return found == around.siblings->end() ? nullptr : &found->second;
}

bool is_enabled(const Surroundings& around, const std::string& task) {
    const auto* const settings = sibling(around, task);
    return settings == nullptr || settings->enabled;
}

// 0: none, or not known.
double time_limit(const Surroundings& around, const std::string& task) {
    const auto* const settings = sibling(around, task);
    return settings == nullptr ? 0 : seconds_of(settings->timeout);
}

}  // namespace

void Tasks::declare(config::OptionSet& set, const Check& check) {
    m_database.declare(set, check);
    set.add("tasks", m_tasks)
        .help(
            "names of tasks; unless given, those of sync_users, check_tokens "
            "and cleanup that ever ran")
        .check(check_task_name)
        .placeholder("NAME")
        .sample("sync_users");
    set.add("max-age", m_max_age)
        .help(
            "how old the last success may be; unless given, what each task's "
            "schedule allows")
        .range(text::Milliseconds{1'000},
               text::Milliseconds{366LL * 86'400'000})
        .placeholder("DURATION");
    set.after_loading([this] { return check_names(); });
}

config::Found Tasks::check_names() const {
    config::Found found;
    for (const std::string& task : m_tasks) {
        if (config::known_task(task_of(task)) == nullptr &&
            m_max_age.count() == 0) {
            found.push_back({"", 0, 0,
                             "tasks names '" + text::excerpt(task, 80) +
                                 "', which is none of our programs' tasks",
                             "set max_age in that check, or correct the name"});
        }
    }
    return found;
}

std::string Tasks::describe() const {
    return "looks in " + m_database.told() + " when " +
           (m_tasks.empty() ? "each of our tasks" : text::join(m_tasks, ", ")) +
           " succeeded last";
}

std::vector<std::string> Tasks::names(const Surroundings& around) const {
    std::vector<std::string> names = m_tasks;
    if (names.empty()) {
        for (const config::KnownTask& known : config::k_known_tasks) {
            // Its own run is still open.
            if (known.name != "healthcheck" &&
                (!known.optional ||
                 !around.settings->alertmanager.urls.empty())) {
                names.emplace_back(known.name);
            }
        }
    }
    std::erase_if(names, [&](const std::string& task) {
        return !is_enabled(around, task);
    });
    return names;
}

std::vector<std::string> Tasks::present(
    const Surroundings& around, db::BoundedSession& session,
    const std::vector<std::string>& names) const {
    std::vector<std::string> apps;
    for (const config::AppSettings& app : around.settings->apps.all) {
        if (app.enabled) {
            apps.push_back(app.name);
        }
    }
    const auto runs = ask_latest_runs(session, names);
    std::vector<std::string> all;
    for (const std::string& name : names) {
        if (name != task_of(name)) {
            all.push_back(name);
            continue;
        }
        const auto shards = present_names(name, runs, apps);
        all.insert(all.end(), shards.begin(), shards.end());
    }
    return all;
}

// What the check says, else the registry.
double Tasks::max_age_of(const std::string& task,
                         const Surroundings& around) const {
    const config::KnownTask* const known = config::known_task(task_of(task));
    if (m_max_age.count() > 0 || known == nullptr) {
        return seconds_of(m_max_age);
    }
    auto limit = known->success_max_age;
    if (const auto* const settings = sibling(around, task)) {
        config::RunSettings registered = *settings;
        if (registered.task_timezone.empty()) {
            registered.task_timezone = around.settings->run.timezone;
        }
        limit = run::success_max_age(registered, task_of(task),
                                     clock::system_clock().now())
                    .value_or(limit);
    }
    return static_cast<double>(limit.count());
}

void Tasks::judge_success(const TaskHistory& history,
                          const Surroundings& around, Finding& finding) const {
    const std::string last =
        history.last_outcome.empty() || history.last_outcome == "success"
            ? ""
            : ", its last run ended as " + history.last_outcome;
    if (!history.success_age) {
        finding.fail(history.task + " has never succeeded" + last);
        return;
    }
    const double limit = max_age_of(history.task, around);
    const double age = *history.success_age;
    Measurement measured{"age_" + history.task, age, "s", {}, 0.0};
    measured.limits.crit = Range{fmt::format("{:.0f}", limit)};
    measured.exported = config::known_task(task_of(history.task)) != nullptr;
    finding.measurements.push_back(std::move(measured));
    if (age > limit) {
        finding.fail(fmt::format("{} succeeded {} ago, {} is the limit{}",
                                 history.task, spoken_age(age),
                                 spoken_age(limit), last));
    } else if (!last.empty()) {
        finding.note(State::warning,
                     fmt::format("{} succeeded {} ago{}", history.task,
                                 spoken_age(age), last));
    } else {
        finding.ok(fmt::format("{} {} ago", history.task, spoken_age(age)));
    }
}

void Tasks::judge(const TaskHistory& history, const Surroundings& around,
                  Finding& finding) const {
    // Of a task that is dealt out every shard must run.
    const bool is_shard = task_of(history.task) != history.task;
    if (m_tasks.empty() && !history.ever_ran && !is_shard) {
        return;
    }
    judge_success(history, around, finding);
    const double limit = time_limit(around, history.task);
    if (history.open_for && limit > 0 &&
        *history.open_for > limit + k_tolerance) {
        finding.fail(fmt::format(
            "a run of {} began {} ago and has not ended, {} is its limit",
            history.task, spoken_age(*history.open_for), spoken_age(limit)));
    }
}

Finding Tasks::probe(const Surroundings& around,
                     const clock::Deadline& deadline) const {
    Finding finding;
    const auto wanted = names(around);
    if (wanted.empty()) {
        return finding.ok("all these tasks are disabled");
    }
    auto session = m_database.connect(around, deadline);
    for (const TaskHistory& history :
         ask_tasks(session, present(around, session, wanted))) {
        judge(history, around, finding);
    }
    if (finding.message().empty()) {
        finding.fail("no task of ours has ever run");
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
