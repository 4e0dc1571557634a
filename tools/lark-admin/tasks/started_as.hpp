// What those who start a task call it.
#pragma once

#include <string>

namespace lark_batch::admin {

// "lark-sync-users", or "lark-run" for a task of the user's.
std::string program_of(const std::string& task);

// What the program is given to know its task by: empty, or " --task backup".
std::string task_argument(const std::string& task);

// systemd's unit without its ending: "lark-sync-users", or
// "lark-task@backup".
std::string unit_of(const std::string& task);

// "lark-sync-users", or "lark-task-backup": Kubernetes takes letters, digits
// and '-'. Throws Error(config) for one that is too long for a CronJob.
std::string cron_job_of(const std::string& task);

}  // namespace lark_batch::admin
