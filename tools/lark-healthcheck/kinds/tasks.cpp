#include "tools/lark-healthcheck/kinds/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/checks.hpp"
#include "lib/run/known_tasks.hpp"
#include "lib/text/strings.hpp"
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
    const auto found = around.siblings->find(task);
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
        .check(config::check_name)
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
        if (run::known_task(task) == nullptr && m_max_age.count() == 0) {
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
        for (const run::KnownTask& known : run::k_known_tasks) {
            // Its own run is still open.
            if (known.name != "healthcheck") {
                names.emplace_back(known.name);
            }
        }
    }
    std::erase_if(names, [&](const std::string& task) {
        return !is_enabled(around, task);
    });
    return names;
}

double Tasks::max_age_of(const std::string& task) const {
    const run::KnownTask* const known = run::known_task(task);
    return m_max_age.count() > 0 || known == nullptr
               ? seconds_of(m_max_age)
               : static_cast<double>(known->success_max_age.count());
}

void Tasks::judge_success(const TaskHistory& history, Finding& finding) const {
    const std::string last =
        history.last_outcome.empty() || history.last_outcome == "success"
            ? ""
            : ", its last run ended as " + history.last_outcome;
    if (!history.success_age) {
        finding.fail(history.task + " has never succeeded" + last);
        return;
    }
    const double limit = max_age_of(history.task);
    const double age = *history.success_age;
    Measurement measured{"age_" + history.task, age, "s", {}, 0.0};
    measured.limits.crit = Range{fmt::format("{:.0f}", limit)};
    measured.exported = run::known_task(history.task) != nullptr;
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
    if (m_tasks.empty() && !history.ever_ran) {
        return;
    }
    judge_success(history, finding);
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
    for (const TaskHistory& history : ask_tasks(session, wanted)) {
        judge(history, around, finding);
    }
    if (finding.message().empty()) {
        finding.fail("no task of ours has ever run");
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
