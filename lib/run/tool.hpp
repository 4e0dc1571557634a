// The life of a run, the same for every program: parse, begin, lock, job,
// record, push, end. A program says what it is and brings its job.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/config/option.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"

namespace lark_batch::run {

enum class DryRun { offered, not_offered };

struct Tool {
    std::string name;     // of the program: "lark-sync-users"
    std::string task;     // its task_name: "sync_users"
    std::string summary;  // one sentence for --help
    config::AppUse apps = config::AppUse::unused;
    DryRun dry_run = DryRun::not_offered;
    bool handles_tokens = false;  // whether the [[token_key]]s are read
    bool notifies = false;        // whether the secrets of [[channel]] are read
    // Unless the configuration says otherwise: a hung run must end, or it
    // keeps all later ones out.
    clock::Duration timeout{std::chrono::hours{2}};
    // How old the last success may become before somebody must look.
    std::chrono::seconds success_max_age{std::chrono::hours{13}};
    // Routes of the Lark API that it asks, for its metrics.
    std::vector<metrics::ApiRoute> routes;
    // Names the further counters that it can ever push.
    std::function<void(const config::SharedSettings&, metrics::JobSeries&)>
        series;
    std::function<void(config::OptionSet&)> declare;
    std::function<Result(Context&)> job;
};

// The option declarations of the tool, shared ones included.
void declare(config::OptionSet& options, config::SharedSettings& settings,
             const Tool& tool);

// main()'s body. Returns the exit code.
int tool(const Tool& tool, int argc, const char* const* argv);

}  // namespace lark_batch::run
