#include "tools/lark-admin/tasks/check.hpp"

#include <algorithm>
#include <filesystem>

#include "lib/errors/error.hpp"
#include "lib/log/log.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-admin/tasks/installed_clock.hpp"
#include "tools/lark-admin/tasks/rendered.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"

namespace lark_batch::admin {

namespace {

namespace fs = std::filesystem;
using errors::Error;

// What there is on this host, or what the command line names of it.
struct Host {
    UnitFolders units;
    bool has_units = true;  // they are looked at
    bool running = false;   // systemd is, and is asked
    std::vector<CronLine> lines;
    CronHost cron;
};

struct Verdict {
    std::string task;
    std::string state;
    std::vector<std::string> clocks;
    std::vector<std::string> faults;
    std::string hint;
};

bool systemd_runs() {
    // sd_booted(3)
    return fs::is_directory("/run/systemd/system");
}

std::vector<CronLine> lines_of_host() {
    std::vector<CronLine> lines;
    for (const fs::path& crontab : system_crontabs()) {
        try {
            std::ranges::copy(lines_of_tasks(crontab),
                              std::back_inserter(lines));
        } catch (const Error& error) {
            log::warning("a crontab is passed over", {{"error", error.what()}});
        }
    }
    // Such lines end at once, and are no clock.
    if (systemd_runs()) {
        std::erase_if(lines, [](const CronLine& line) {
            return line.inert_under_systemd;
        });
    }
    return lines;
}

CronHost cron_host(const Rendering& asked) {
    CronHost host{{}, asked.cron_tz};
    for (const std::string& name : asked.host_zones) {
        host.zones.push_back(schedule::Zone::find(name));
    }
    if (host.zones.empty()) {
        host.zones.push_back(schedule::Zone::of_host());
    }
    return host;
}

Host look_at_host(const Settings& settings) {
    const Installed& named = settings.installed;
    const bool all = named.systemd_dirs.empty() && named.cron_files.empty();
    Host host{UnitFolders{named.systemd_dirs},
              all || !named.systemd_dirs.empty(),
              all && systemd_runs(),
              {},
              cron_host(settings.rendering)};
    if (all) {
        host.lines = lines_of_host();
    }
    for (const std::string& file : named.cron_files) {
        std::ranges::copy(lines_of_tasks(file), std::back_inserter(host.lines));
    }
    return host;
}

std::string hint_for(const Verdict& verdict, const RegisteredTask& task,
                     const Host& host) {
    const std::string timer = unit_of(verdict.task) + ".timer";
    if (verdict.state == "two clocks") {
        return "systemctl disable --now " + timer +
               ", or take the line out of the crontab";
    }
    if (!verdict.hint.empty()) {
        return verdict.hint;
    }
    if (verdict.state == "not installed") {
        if (!can_be_started(task.name, task.settings)) {
            return "set [tasks." + task.name + "] command";
        }
        return host.units.find(timer) && host.has_units
                   ? "systemctl enable --now " + timer
                   : "lark-admin tasks render";
    }
    const bool by_timer = verdict.clocks.front() == "timer";
    return by_timer ? "lark-admin tasks render --systemd /etc/systemd/system"
                    : "lark-admin tasks render --cron /etc/cron.d";
}

std::string state_of(const Verdict& verdict, const config::RunSettings& task,
                     const std::vector<CronLine>& lines) {
    if (verdict.clocks.size() == 2 &&
        !std::ranges::all_of(lines, &CronLine::inert_under_systemd)) {
        return "two clocks";
    }
    if (!verdict.faults.empty()) {
        return "differs";
    }
    const bool is_due = task.enabled && !task.schedule.empty();
    return verdict.clocks.empty() && is_due ? "not installed" : "agrees";
}

Verdict judge(const RegisteredTask& task, const Host& host,
              clock::WallTime now) {
    Verdict verdict{task.name, {}, {}, {}, {}};
    std::vector<CronLine> lines;
    std::ranges::copy_if(
        host.lines, std::back_inserter(lines),
        [&](const CronLine& line) { return line.task == task.name; });
    const auto add = [&](const char* name, const InstalledClock& clock) {
        if (clock.is_set) {
            verdict.clocks.emplace_back(name);
            std::ranges::copy(clock.faults, std::back_inserter(verdict.faults));
            verdict.hint = verdict.hint.empty() ? clock.hint : verdict.hint;
        }
    };
    if (host.has_units) {
        add("timer", installed_timer(task, host.units, host.running, now));
    }
    add("cron", installed_cron(task, lines, host.cron, now));
    verdict.state = state_of(verdict, task.settings, lines);
    verdict.hint =
        verdict.state == "agrees" ? "" : hint_for(verdict, task, host);
    return verdict;
}

// Of lark-task@NAME and of our programs; others may have names like ours.
bool is_stranger(const std::string& timer, const Settings& settings) {
    const auto task = task_of_unit(timer.substr(0, timer.rfind('.')));
    return task && !settings.tasks.contains(whole_task(*task));
}

// Clocks for tasks that the registry does not have.
std::vector<Verdict> strangers(const Settings& settings, const Host& host) {
    std::vector<Verdict> found;
    for (const std::string& unit : host.has_units
                                       ? host.units.enabled_timers()
                                       : std::vector<std::string>{}) {
        if (is_stranger(unit, settings)) {
            found.push_back({unit,
                             "differs",
                             {"timer"},
                             {unit + " is enabled, and its task is not in the "
                                     "configuration"},
                             "systemctl disable --now " + unit});
        }
    }
    for (const CronLine& line : host.lines) {
        if (!settings.tasks.contains(line.task)) {
            found.push_back({line.task,
                             "differs",
                             {"cron"},
                             {line.place() + " runs '" + line.task +
                              "', which is not in the configuration"},
                             "lark-admin tasks render --cron /etc/cron.d"});
        }
    }
    return found;
}

std::string as_text(const std::vector<Verdict>& verdicts) {
    text::Table table;
    table.column("task").column("clock").column("state");
    std::string details;
    for (const Verdict& verdict : verdicts) {
        table.row(
            {verdict.task,
             verdict.clocks.empty() ? "-" : text::join(verdict.clocks, ", "),
             verdict.state});
        if (verdict.state == "not installed") {
            details += verdict.task + ": nothing starts it here\n";
        }
        for (const std::string& fault : verdict.faults) {
            details += verdict.task + ": " + fault + "\n";
        }
        if (!verdict.hint.empty()) {
            details += "    hint: " + verdict.hint + "\n";
        }
    }
    return table.str() + (details.empty() ? "" : "\n" + details);
}

void write_list(text::JsonWriter& json, const char* key,
                const std::vector<std::string>& values) {
    json.key(key).begin_array();
    for (const std::string& value : values) {
        json.value(value);
    }
    json.end_array();
}

std::string as_json(const std::vector<Verdict>& verdicts, bool agrees) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "tasks check").field("agrees", agrees);
    json.key("tasks").begin_array();
    for (const Verdict& verdict : verdicts) {
        json.begin_object().field("task", verdict.task);
        json.field("state", verdict.state);
        write_list(json, "clocks", verdict.clocks);
        write_list(json, "faults", verdict.faults);
        json.field("hint", verdict.hint).end_object();
    }
    return json.end_array().end_object().str() + "\n";
}

}  // namespace

errors::ExitCode check_tasks(const Settings& settings, std::ostream& out) {
    const Host host = look_at_host(settings);
    const clock::WallTime now = clock::system_clock().now();
    std::vector<Verdict> verdicts;
    for (const auto& [name, task] : settings.tasks) {
        verdicts.push_back(judge({name, task}, host, now));
    }
    std::ranges::copy(strangers(settings, host), std::back_inserter(verdicts));
    const bool agrees = std::ranges::all_of(
        verdicts,
        [](const Verdict& verdict) { return verdict.state == "agrees"; });
    out << (settings.shared.run.json ? as_json(verdicts, agrees)
                                     : as_text(verdicts));
    return agrees ? errors::ExitCode::ok : errors::ExitCode::failed;
}

}  // namespace lark_batch::admin
