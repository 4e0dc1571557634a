#include "lib/run/tool.hpp"
#include "tools/lark-cleanup/gauges.hpp"
#include "tools/lark-cleanup/job.hpp"
#include "tools/lark-cleanup/options.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    cleanup::Options options;
    run::Tool tool;
    tool.name = "lark-cleanup";
    tool.task = "cleanup";
    tool.summary =
        "Deletes what is past its retention: tokens, history, files and "
        "metric groups.";
    tool.dry_run = run::DryRun::offered;
    tool.series = cleanup::name_series;
    tool.declare = [&](config::OptionSet& set) {
        cleanup::declare(set, options);
    };
    tool.job = [&](run::Context& context) {
        return cleanup::clean(context, options);
    };
    return run::tool(tool, argc, argv);
}
