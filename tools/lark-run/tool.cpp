#include "tools/lark-run/tool.hpp"

#include "tools/lark-run/job.hpp"

namespace lark_batch::lark_run {

run::Tool tool(Options& options, const std::vector<std::string>& arguments) {
    const std::string task = task_named_in(arguments);
    options.behind_dashes = words_behind_dashes(arguments);
    run::Tool tool;
    tool.name = "lark-run";
    tool.task = task;
    // A push replaces whole families: each task needs a group of its own.
    tool.group = "lark-run-" + task;
    tool.summary =
        "Runs a command as a task: with lock, time limit, retries, record and "
        "metrics.";
    tool.database = run::Database::optional;
    tool.begins_at_once = true;
    // How long a command of somebody else's may take, only they know.
    tool.timeout = clock::Duration{0};
    tool.declare = [&options, task](config::OptionSet& set) {
        declare(set, options, task);
    };
    tool.job = [&options](run::Context& context) {
        return run_command(context, options);
    };
    return tool;
}

}  // namespace lark_batch::lark_run
