#include "tools/lark-admin/tasks/commands.hpp"

#include "lib/config/shared_options.hpp"
#include "tools/lark-admin/tasks/check.hpp"
#include "tools/lark-admin/tasks/ended.hpp"
#include "tools/lark-admin/tasks/failed.hpp"
#include "tools/lark-admin/tasks/list.hpp"
#include "tools/lark-admin/tasks/pause.hpp"
#include "tools/lark-admin/tasks/render.hpp"

namespace lark_batch::admin {

namespace {

using config::OptionSet;

// Every command here knows the whole registry.
void declare_registry(OptionSet& set, Settings& settings) {
    config::declare_all_tasks(set, settings.tasks, settings.shared);
}

// What systemd and those who watch over tasks ask for.
std::vector<config::Command> event_commands(Settings& settings) {
    const auto with = [&settings](void (*declare)(OptionSet&, Named&)) {
        return [&settings, declare](OptionSet& set) {
            declare_registry(set, settings);
            declare(set, settings.named);
        };
    };
    return {{"tasks disable", "keeps a task from running, on all hosts",
             with(declare_disable)},
            {"tasks enable", "lets it run again", with(declare_task_name)},
            {"tasks ended", "for ExecStopPost=: records a run that was killed",
             with(declare_ended_task)},
            {"tasks failed", "for OnFailure=: tells people of a failed unit",
             with(declare_unit_name)}};
}

std::optional<errors::ExitCode> run_event_command(const std::string& command,
                                                  const Settings& settings,
                                                  std::ostream& out) {
    if (command == "tasks failed") {
        return tell_failed(settings, out);
    }
    if (command == "tasks disable") {
        disable_task(settings, out);
    } else if (command == "tasks enable") {
        enable_task(settings, out);
    } else if (command == "tasks ended") {
        record_ended(settings, out);
    } else {
        return {};
    }
    return errors::ExitCode::ok;
}

}  // namespace

std::vector<config::Command> task_commands(Settings& settings) {
    std::vector<config::Command> commands{
        {"tasks list", "shows the tasks, their last run and the next ones",
         [&](OptionSet& set) { declare_registry(set, settings); }},
        {"tasks render", "writes the schedules for systemd, cron or Kubernetes",
         [&](OptionSet& set) {
             declare_registry(set, settings);
             declare_render(set, settings.rendering);
         }},
        {"tasks check",
         "says where this host's clocks differ from the schedules",
         [&](OptionSet& set) {
             declare_registry(set, settings);
             declare_check(set, settings.rendering, settings.installed);
         }}};
    for (config::Command& command : event_commands(settings)) {
        commands.push_back(std::move(command));
    }
    return commands;
}

std::optional<errors::ExitCode> run_task_command(const std::string& command,
                                                 const Settings& settings,
                                                 std::ostream& out) {
    if (command == "tasks list") {
        list_tasks(settings, out);
        return errors::ExitCode::ok;
    }
    if (command == "tasks check") {
        return check_tasks(settings, out);
    }
    if (command == "tasks render") {
        render_tasks(settings, out);
        return errors::ExitCode::ok;
    }
    return run_event_command(command, settings, out);
}

}  // namespace lark_batch::admin
