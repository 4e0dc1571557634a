// A tool whose job is told what to do: the life of a run is tested with it,
// without Lark.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/metrics/names.hpp"
#include "lib/run/tool.hpp"
#include "lib/text/strings.hpp"

namespace {

using namespace lark_batch;
using errors::Kind;

// In this order: say that it began, stages, records, SQL, wait, fail.
struct Script {
    std::string started;
    std::string wait_for;
    std::vector<std::string> stages;
    std::vector<std::string> records;  // "created=5"
    std::vector<std::string> sql;
    std::string fail;
    std::string outcome = "success";
    long long api_calls = 0;
};

constexpr std::array k_failures{"failed", "config",  "unavailable",
                                "denied", "foreign", "bug"};

void declare(config::OptionSet& set, Script& script) {
    using config::Places;
    set.group("Script");
    set.add("started", script.started)
        .help("file to make when the job begins")
        .places(Places::command_line);
    set.add("wait-for", script.wait_for)
        .help("file to wait for")
        .places(Places::command_line);
    set.add("stage", script.stages)
        .help("stage to go through")
        .places(Places::command_line);
    set.add("record", script.records)
        .help("records worked on, as OUTCOME=COUNT")
        .places(Places::command_line);
    set.add("sql", script.sql)
        .help("statement to execute")
        .places(Places::command_line);
    set.add("fail", script.fail)
        .help("how to fail")
        .choices({k_failures.begin(), k_failures.end()})
        .places(Places::command_line);
    set.add("outcome", script.outcome)
        .help("how to end")
        .choices({"success", "partial", "guarded"})
        .places(Places::command_line);
    set.add("api-calls", script.api_calls)
        .help("calls of the Lark API to claim")
        .places(Places::command_line);
}

void wait_for(run::Context& context, const std::string& file) {
    while (!std::filesystem::exists(file)) {
        context.check_stop();
        clock::system_clock().sleep(clock::Duration{5});
    }
}

void count(run::Context& context, const Script& script) {
    for (const std::string& record : script.records) {
        const auto parts = text::split(record, '=');
        context.deltas().add(
            metrics::k_records,
            {{"task_name", context.task()}, {"outcome", parts.at(0)}},
            std::stod(parts.at(1)));
    }
    for (long long call = 0; call < script.api_calls; ++call) {
        context.deltas().add(metrics::k_api_requests,
                             {{"method", "GET"},
                              {"endpoint", "/open-apis/stub"},
                              {"status", "200"}});
    }
}

void fail(const std::string& how) {
    if (how == "foreign") {
        throw std::runtime_error("not one of ours");
    }
    const auto place = std::find(k_failures.begin(), k_failures.end(), how);
    constexpr std::array kinds{Kind::failed, Kind::config, Kind::unavailable,
                               Kind::denied, Kind::bug,    Kind::bug};
    throw errors::Error{
        kinds.at(static_cast<std::size_t>(place - k_failures.begin())),
        "it was told to fail as '" + how + "'", "tell it otherwise"};
}

run::Result act(run::Context& context, const Script& script) {
    if (!script.started.empty()) {
        std::ofstream{script.started} << "begun\n";
    }
    for (const std::string& stage : script.stages) {
        context.stage(stage, [] {});
    }
    count(context, script);
    for (const std::string& statement : script.sql) {
        context.database().execute(statement);
    }
    if (!script.wait_for.empty()) {
        wait_for(context, script.wait_for);
    }
    if (!script.fail.empty()) {
        fail(script.fail);
    }
    run::Result result;
    result.fields.emplace_back("told", "true");
    if (script.outcome != "success") {
        result.outcome = script.outcome == "partial" ? run::Outcome::partial
                                                     : run::Outcome::guarded;
    }
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    Script script;
    run::Tool tool;
    tool.name = "lark-stub";
    tool.task = "stub";
    tool.summary = "Does what a test tells it to do.";
    tool.dry_run = run::DryRun::offered;
    tool.routes = {{"GET", "/open-apis/stub", true}};
    tool.declare = [&](config::OptionSet& set) { declare(set, script); };
    tool.job = [&](run::Context& context) { return act(context, script); };
    return run::tool(tool, argc, argv);
}
