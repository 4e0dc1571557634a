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
#include "lib/run/contract.hpp"

namespace lark_batch::run {

enum class DryRun { offered, not_offered };

// Whether a run can take place without the database: it then relies on the
// lock file alone, and its record waits in the spool.
enum class Database { required, optional };

// What one that needs no database does beside another run of its task: it is
// skipped, or it does its work all the same and leaves no trace.
enum class Beside { skips, looks };

struct Tool {
    std::string name;     // of the program: "lark-sync-users"
    std::string task;     // its task_name: "sync_users"
    std::string group;    // on the Pushgateway; unless given, the name
    std::string summary;  // one sentence for --help
    config::AppUse apps = config::AppUse::unused;
    DryRun dry_run = DryRun::not_offered;
    Database database = Database::required;
    Beside beside = Beside::skips;
    Contract contract = Contract::common;
    std::vector<config::Command> commands;  // it runs without one, too
    std::string* command = nullptr;         // where the chosen one goes
    // Asked after the command line was read: whether this is a run at all,
    // with lock, record and push, or only a look. A run unless this says no.
    std::function<bool()> recorded;
    // What standard output says of a run that ended with an error and has no
    // result, where readers expect a line there; not with --json.
    std::function<std::string(const errors::Error&)> last_words;
    // Asked then, too: whether the secret of an app that is not chosen is
    // read, because the tool speaks as that app all the same.
    std::function<bool(const config::AppSettings&)> app_wanted;
    // Asked then, too: whether the passwords of [database] and [pushgateway]
    // are read. They are, unless this says no.
    std::function<bool()> own_services_wanted;
    bool handles_tokens = false;     // whether the [[token_key]]s are read
    bool asks_alertmanager = false;  // whether its password is read
    // Asked after the command line was read: whether the secrets of
    // [[channel]] are read. They are not, unless this says so.
    std::function<bool()> notifies;
    // Its job has no use for our HTTP client: what is pushed and told at the
    // beginning does not hold the job up.
    bool begins_at_once = false;
    // Unless the configuration says otherwise: a hung run must end, or it
    // keeps all later ones out.
    clock::Duration timeout{std::chrono::hours{2}};
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
