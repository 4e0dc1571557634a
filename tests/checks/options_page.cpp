// Prints the tables of docs/options.md: what all programs share comes once.
// With the argument "json": the declarations for manual pages and completions.
#include <iostream>

#include "lib/config/known_tasks.hpp"
#include "lib/config/render.hpp"
#include "lib/run/tool.hpp"
#include "tests/checks/declarations.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-check-tokens/options.hpp"
#include "tools/lark-cleanup/options.hpp"
#include "tools/lark-forward-alerts/options.hpp"
#include "tools/lark-healthcheck/options.hpp"
#include "tools/lark-run/options.hpp"
#include "tools/lark-sync-users/job.hpp"
#include "tools/lark-sync-users/options.hpp"

namespace {

using namespace lark_batch;

// A program with all it can be told; the options' targets are in here.
template <typename Options>
struct Described {
    Described(const std::string& name, const std::string& task,
              config::AppUse apps,
              void (*declare)(config::OptionSet&, Options&),
              run::DryRun dry_run = run::DryRun::offered) {
        program.name = name;
        // A command of somebody else's has no limit of ours.
        const auto* known = config::known_task(task);
        shared.run.timeout =
            known != nullptr ? known->timeout : text::Milliseconds{0};
        config::declare_shared(options, shared,
                               {task, dry_run == run::DryRun::offered}, apps);
        declare(options, own);
    }

    config::Program program;
    config::SharedSettings shared;
    Options own;
    config::OptionSet options;
};

}  // namespace

int main(int argc, char** argv) {
    using config::AppUse;
    Described sync{"lark-sync-users", "sync_users", AppUse::used,
                   sync_users::declare};
    sync.program.summary =
        "Reads departments and people of every configured Lark app into "
        "PostgreSQL.";
    Described check{"lark-check-tokens", "check_tokens", AppUse::used,
                    check_tokens::declare};
    check.program.summary =
        "Refreshes people's OAuth tokens and tells who must log in again.";
    Described cleanup{"lark-cleanup", "cleanup", AppUse::unused,
                      cleanup::declare};
    cleanup.program.summary =
        "Deletes what is past its retention: tokens, history, files and "
        "metric groups.";

    Described forward{"lark-forward-alerts", "forward_alerts", AppUse::unused,
                      forward_alerts::declare};
    forward.program.summary =
        "Tells people of the alerts that Alertmanager has.";

    Described health{"lark-healthcheck", "healthcheck", AppUse::unused,
                     healthcheck::declare, run::DryRun::not_offered};
    health.program.summary =
        "Looks at databases, brokers, web services and the Lark API, and says "
        "how they are. The keys of each kind of check are options of the "
        "command of its name, too.";

    Described run{"lark-run", "NAME", AppUse::unused,
                  +[](config::OptionSet& set, lark_run::Options& options) {
                      lark_run::declare(set, options, "NAME");
                  },
                  run::DryRun::not_offered};
    run.program.summary =
        "Runs a command as a task: with lock, time limit, retries, record and "
        "metrics.";

    admin::Settings admin_settings;
    config::OptionSet admin_options;
    admin::declare(admin_options, admin_settings);
    const config::Program admin = admin::program(admin_options, admin_settings);

    const bool json = argc > 1 && std::string_view{argv[1]} == "json";
    if (json) {
        // In the page, the kinds of checks are tables of [[check]] already.
        health.own.declared = &health.options;
        health.program.commands = healthcheck::commands(health.own);
        health.program.command_required = false;
    }
    const std::vector<config::Page> pages{{&sync.program, &sync.options},
                                          {&check.program, &check.options},
                                          {&cleanup.program, &cleanup.options},
                                          {&forward.program, &forward.options},
                                          {&health.program, &health.options},
                                          {&run.program, &run.options},
                                          {&admin, &admin_options}};
    std::cout << (json ? checks::declarations(pages)
                       : config::reference(pages));
}
