#include "lib/config/known_tasks.hpp"
#include "lib/run/tool.hpp"
#include "tools/lark-forward-alerts/job.hpp"
#include "tools/lark-forward-alerts/options.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    forward_alerts::Options options;
    run::Tool tool;
    tool.name = "lark-forward-alerts";
    tool.task = "forward_alerts";
    tool.summary = "Tells people of the alerts that Alertmanager has.";
    tool.dry_run = run::DryRun::offered;
    tool.asks_alertmanager = true;
    tool.notifies = [] { return true; };
    tool.timeout = config::known_task(tool.task)->timeout;
    tool.series = forward_alerts::name_series;
    tool.declare = [&](config::OptionSet& set) {
        forward_alerts::declare(set, options);
    };
    tool.job = [&](run::Context& context) {
        return forward_alerts::forward(context, options);
    };
    return run::tool(tool, argc, argv);
}
