#include "tools/lark-admin/tasks/rendered.hpp"

#include <fmt/format.h>

#include <map>

#include "lib/config/known_tasks.hpp"
#include "lib/schedule/schedule.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/host_cron.hpp"
#include "tools/lark-admin/tasks/on_calendar.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"
#include "tools/lark-admin/tasks/words.hpp"

namespace lark_batch::admin {

namespace {

using config::RunSettings;
using schedule::CronExpression;

// A program records its end and pushes within half of that.
constexpr text::Milliseconds k_time_to_end{60'000};

constexpr const char* k_drop_in = "50-lark-batch.conf";

std::string title(const std::string& name, const RunSettings& task) {
    return fmt::format("{}: {}", name,
                       schedule_in_words(CronExpression::parse(task.schedule),
                                         task.task_timezone));
}

RenderedFile timer_file(const std::string& name, const RunSettings& task) {
    std::string content = k_marker;
    content += "# " + title(name, task) + "\n";
    if (!task.enabled) {
        content +=
            "# It is disabled in the configuration: its runs end at once, "
            "with 75.\n";
    }
    // An empty value takes back what the unit says.
    content += "[Timer]\nOnCalendar=\n";
    for (const std::string& line : on_calendar(
             CronExpression::parse(task.schedule), task.task_timezone)) {
        content += "OnCalendar=" + line + "\n";
    }
    content += fmt::format("RandomizedDelaySec={}\n",
                           text::format_duration(task.jitter));
    return {unit_of(name) + ".timer.d/" + k_drop_in, content};
}

RenderedFile service_file(const std::string& name, const RunSettings& task) {
    const auto limit = service_limit(task);
    return {
        unit_of(name) + ".service.d/" + k_drop_in,
        fmt::format(
            "{}# {}: a run ends by itself after {}\n[Service]\n"
            "TimeoutStartSec={}\n",
            k_marker, name,
            task.timeout.count() == 0 ? "no limit"
                                      : text::format_duration(task.timeout),
            limit.count() == 0 ? "infinity" : text::format_duration(limit))};
}

// cron(8) makes a newline of each "%" that is not escaped.
std::string escaped(const std::string& command) {
    std::string text;
    for (const char c : command) {
        text += c == '%' ? "\\%" : std::string{c};
    }
    return text;
}

std::string cron_command(const std::string& name, const std::string& programs) {
    return escaped(fmt::format(
        "test -x {0} -a -e /etc/lark-batch/lark-batch.toml -a "
        "! -d /run/systemd/system && {0}{1} --trigger cron --when-due",
        programs + "/" + program_of(name), task_argument(name)));
}

std::string cron_head(const CronSurroundings& surroundings) {
    std::vector<std::string> names;
    for (const schedule::Zone& zone : surroundings.zones) {
        names.push_back(zone.name());
    }
    const std::string why =
        surroundings.has_cron_tz
            ? "# For crons that know CRON_TZ, such as cronie. Debian's does "
              "not: it would run\n# these lines at the host's own hours, "
              "where --when-due ends them at once.\n"
            : fmt::format(
                  "# For hosts in the zone {}. A line may name more "
                  "minutes\n# than the task is due at: --when-due "
                  "ends such a run at once, silently.\n",
                  text::join(names, " or "));
    return fmt::format(
        "{}#\n{}# Where systemd runs, its timers do, and these lines do "
        "nothing.\n"
        "SHELL=/bin/sh\n"
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
        "MAILTO=root\n"
        "# A run that went well says nothing, so nothing is mailed.\n"
        "LARK_BATCH_LOG_LEVEL=warning\n",
        k_marker, why);
}

std::string cron_lines(const std::string& name, const RunSettings& task,
                       const CronSurroundings& surroundings,
                       clock::WallTime now) {
    std::string text = "\n# " + title(name, task) + "\n";
    if (!task.enabled) {
        return text + "# It is disabled in the configuration.\n";
    }
    if (!can_be_started(name, task)) {
        return text + "# It has no command in the configuration.\n";
    }
    const schedule::Schedule schedule{task.schedule, task.task_timezone};
    const auto lines = surroundings.has_cron_tz
                           ? std::vector{plain_cron(schedule.cron())}
                           : host_cron(schedule, surroundings.zones, now);
    for (const std::string& line : lines) {
        text += fmt::format("{} lark-batch {}\n", line,
                            cron_command(name, surroundings.programs));
    }
    return text;
}

}  // namespace

bool can_be_started(const std::string& name, const RunSettings& task) {
    return config::known_task(name) != nullptr || !task.command.empty();
}

text::Milliseconds service_limit(const RunSettings& task) {
    if (task.timeout.count() == 0) {
        return task.timeout;
    }
    const auto killing = task.command.empty() ? text::Milliseconds{0}
                                              : task.command_manner.kill_after;
    return task.timeout + killing + k_time_to_end;
}

std::vector<RenderedFile> systemd_files(const config::TaskSettings& tasks) {
    std::vector<RenderedFile> files;
    for (const auto& [name, task] : tasks) {
        if (!task.schedule.empty()) {
            files.push_back(timer_file(name, task));
        }
        files.push_back(service_file(name, task));
    }
    return files;
}

RenderedFile cron_file(const config::TaskSettings& tasks,
                       const CronSurroundings& surroundings,
                       clock::WallTime now) {
    std::map<std::string, std::string> by_zone;
    for (const auto& [name, task] : tasks) {
        if (!task.schedule.empty()) {
            const std::string zone =
                surroundings.has_cron_tz ? task.task_timezone : "";
            by_zone[zone] += cron_lines(name, task, surroundings, now);
        }
    }
    std::string content = cron_head(surroundings);
    for (const auto& [zone, lines] : by_zone) {
        content += zone.empty() ? "" : "\nCRON_TZ=" + zone + "\n";
        content += lines;
    }
    // A name with a dot would be passed over by Debian's cron.
    return {"lark-batch", content};
}

}  // namespace lark_batch::admin
