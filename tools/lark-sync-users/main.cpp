#include "lib/run/tool.hpp"
#include "tools/lark-sync-users/job.hpp"
#include "tools/lark-sync-users/options.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    sync_users::Options options;
    run::Tool tool;
    tool.name = "lark-sync-users";
    tool.task = "sync_users";
    tool.summary =
        "Reads departments and people of every configured Lark app into "
        "PostgreSQL.";
    tool.apps = config::AppUse::used;
    tool.dry_run = run::DryRun::offered;
    tool.routes = sync_users::routes();
    tool.series = sync_users::name_series;
    tool.declare = [&](config::OptionSet& set) {
        sync_users::declare(set, options);
    };
    tool.job = [&](run::Context& context) {
        return sync_users::sync(context, options);
    };
    return run::tool(tool, argc, argv);
}
