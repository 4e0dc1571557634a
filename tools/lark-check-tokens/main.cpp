#include "lib/run/tool.hpp"
#include "tools/lark-check-tokens/job.hpp"
#include "tools/lark-check-tokens/options.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    check_tokens::Options options;
    run::Tool tool;
    tool.name = "lark-check-tokens";
    tool.task = "check_tokens";
    tool.summary =
        "Refreshes people's OAuth tokens and tells who must log in again.";
    tool.apps = config::AppUse::used;
    tool.dry_run = run::DryRun::offered;
    tool.handles_tokens = true;
    tool.notifies = [] { return true; };
    tool.routes = check_tokens::routes();
    tool.series = check_tokens::name_series;
    tool.declare = [&](config::OptionSet& set) {
        check_tokens::declare(set, options);
    };
    tool.job = [&](run::Context& context) {
        return check_tokens::check(context, options);
    };
    return run::tool(tool, argc, argv);
}
