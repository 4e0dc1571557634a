// The lines of a system's crontab (crontab(5), with users) that run tasks of
// ours.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lark_batch::admin {

struct CronLine {
    std::filesystem::path file;
    int number = 0;
    std::string fields;  // five, or a word such as @daily
    std::string zone;    // CRON_TZ where the line stands, may be empty
    std::string user;
    std::string task;
    bool when_due = false;  // the program itself knows the minutes
    bool inert_under_systemd = false;

    // "/etc/cron.d/lark-batch:12"
    std::string place() const;
};

// Throws Error(config) when the file cannot be read.
std::vector<CronLine> lines_of_tasks(const std::filesystem::path& crontab);

// /etc/crontab and what is in /etc/cron.d, but for names that cron passes
// over.
std::vector<std::filesystem::path> system_crontabs();

}  // namespace lark_batch::admin
