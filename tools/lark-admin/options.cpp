#include "tools/lark-admin/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tools/lark-admin/config_check.hpp"
#include "tools/lark-admin/reference_pages.hpp"

namespace lark_batch::admin {

namespace {

using config::OptionSet;
using config::Places;

// Nothing here is scheduled, locked or pushed.
constexpr std::array k_of_tasks{
    "enabled", "timeout",       "lock-wait", "misfire-grace-seconds",
    "trigger", "scheduled-for", "no-push"};

bool is_of_tasks(const config::Option& option) {
    const std::string& name = option.declared().name;
    return std::find(k_of_tasks.begin(), k_of_tasks.end(), name) !=
           k_of_tasks.end();
}

void declare_migrate(OptionSet& set, Settings& settings) {
    set.add("dry-run", settings.shared.run.dry_run)
        .help("try everything in a transaction that is rolled back")
        .places(Places::command_line);
    set.add("grant-to", settings.grant_to)
        .help("give this role what the programs need, and no more")
        .placeholder("ROLE")
        .places(Places::command_line);
}

void declare_config_check(OptionSet& set, OptionSet& options,
                          Settings& settings) {
    set.add("online", settings.online)
        .help("also try the database, the Pushgateway and every enabled app")
        .places(Places::command_line);
    config::declare_all_tasks(set, settings.tasks);
    add_cross_checks(set, options, settings.shared);
}

void declare_runs(OptionSet& set, Settings& settings) {
    set.add("task", settings.task)
        .help("only runs of this task, such as sync_users")
        .placeholder("NAME")
        .places(Places::command_line);
    set.add("last", settings.last)
        .help("how many runs, the newest first")
        .range(1, 10'000)
        .placeholder("N")
        .places(Places::command_line);
}

void declare_reference(OptionSet& set, Settings& settings) {
    set.add_positional("PAGE", settings.pages)
        .help("which page: " + page_names())
        .placeholder("PAGE");
}

// The set that `config check` was given has its option; no other has.
bool is_config_check(OptionSet& options) {
    return options.find("online") != nullptr;
}

}  // namespace

void declare(OptionSet& options, Settings& settings) {
    config::SharedSettings& shared = settings.shared;
    shared.apps.secrets_wanted = [&options] {
        return is_config_check(options);
    };
    shared.pushgateway.password_wanted = shared.apps.secrets_wanted;
    config::declare_shared(options, shared, {"admin", false},
                           config::AppUse::unused);
    std::erase_if(options.options(), is_of_tasks);
    if (auto* option = options.find("require-metrics")) {
        option->places(Places::file);
    }
}

config::Program program(OptionSet& options, Settings& settings) {
    return {k_program,
            "Keeps the database's schema, checks the configuration and shows "
            "what the programs did.",
            {},
            {{"migrate", "brings the database's schema to this release",
              [&](OptionSet& set) { declare_migrate(set, settings); }},
             {"config check", "says everything that is wrong with the settings",
              [&](OptionSet& set) {
                  declare_config_check(set, options, settings);
              }},
             {"runs", "shows the latest runs of the programs",
              [&](OptionSet& set) { declare_runs(set, settings); }},
             {"reference", "prints a page of the reference",
              [&](OptionSet& set) { declare_reference(set, settings); }}}};
}

}  // namespace lark_batch::admin
