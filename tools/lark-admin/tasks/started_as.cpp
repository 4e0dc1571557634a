#include "tools/lark-admin/tasks/started_as.hpp"

#include "lib/config/known_tasks.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::admin {

namespace {

// The controller appends eleven characters for the name of a Job.
constexpr std::size_t k_longest_cron_job = 52;

}  // namespace

std::string program_of(const std::string& task) {
    const auto* const known = config::known_task(task);
    return known == nullptr ? "lark-run" : std::string{known->program};
}

std::string task_argument(const std::string& task) {
    return config::known_task(task) == nullptr ? " --task " + task : "";
}

std::string unit_of(const std::string& task) {
    return config::known_task(task) == nullptr ? "lark-task@" + task
                                               : program_of(task);
}

std::string cron_job_of(const std::string& task) {
    if (config::known_task(task) != nullptr) {
        return program_of(task);
    }
    std::string name = "lark-task-" + text::replace_all(task, '_', '-');
    if (name.size() > k_longest_cron_job || name.back() == '-' ||
        task.front() == '_') {
        throw errors::Error{errors::Kind::config,
                            "task '" + task + "' cannot be a CronJob",
                            "there its name begins and ends with a letter or "
                            "digit and has at most 42 characters"};
    }
    return name;
}

}  // namespace lark_batch::admin
