#include "tools/lark-healthcheck/tool.hpp"

#include <algorithm>

#include "lib/config/known_tasks.hpp"
#include "tools/lark-healthcheck/ad_hoc.hpp"
#include "tools/lark-healthcheck/answer/answer.hpp"
#include "tools/lark-healthcheck/app_wishes.hpp"
#include "tools/lark-healthcheck/capacity.hpp"
#include "tools/lark-healthcheck/history/notices.hpp"
#include "tools/lark-healthcheck/job.hpp"

namespace lark_batch::healthcheck {

namespace {

void fit_parallel(Options& options) {
    const auto wanted = std::min(options.chosen().size(),
                                 static_cast<std::size_t>(options.parallel));
    options.parallel = static_cast<long long>(affordable_probes(wanted));
}

}  // namespace

run::Tool tool(Options& options) {
    run::Tool tool;
    tool.name = "lark-healthcheck";
    tool.task = "healthcheck";
    tool.summary =
        "Looks at databases, brokers, web services and the Lark API, and says "
        "how they are.";
    tool.database = run::Database::optional;
    tool.beside = run::Beside::looks;
    tool.contract = run::Contract::monitoring;
    tool.timeout = config::known_task(tool.task)->timeout;
    tool.command = &options.command;
    tool.commands = commands(options);
    tool.recorded = [&options] { return !options.only_looks(); };
    tool.last_words = [&options](const errors::Error& error) {
        return last_words(error, options);
    };
    tool.declare = [&options](config::OptionSet& set) {
        options.declared = &set;
        declare(set, options);
    };
    tool.own_services_wanted = [&options] {
        return !options.ad_hoc || asks_our_own(*options.ad_hoc);
    };
    tool.notifies = [&options] {
        return options.notify && !options.only_looks();
    };
    tool.app_wanted = [&options](const config::AppSettings& app) {
        return speaks_as(options, app.name);
    };
    tool.series = [&options](const config::SharedSettings& settings,
                             metrics::JobSeries& series) {
        name_series(settings, options, series);
    };
    tool.job = [&options](run::Context& context) {
        fit_parallel(options);
        return look(context, options);
    };
    return tool;
}

}  // namespace lark_batch::healthcheck
