// lark-run in a world with a database, and what is left of its runs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/run/world.hpp"

namespace lark_batch::test {

// One for all tests that do not break it: each takes a task of its own.
inline World& shared_world() {
    static World world;
    return world;
}

struct Wrapped {
    Finished ended;
    nlohmann::json stats;  // of the run's record
    std::string row;       // "outcome|exit_code"
};

// Before "--" come the options.
inline Command wrapper(const World& world, const std::string& task,
                       Arguments options, const Arguments& command) {
    options.insert(options.begin(), {"--task", task, "--log-level", "warning"});
    if (!command.empty()) {
        options.push_back("--");
        options.insert(options.end(), command.begin(), command.end());
    }
    return world.command("lark-run", options);
}

inline std::string row_of(const World& world, const std::string& task,
                          const std::string& columns) {
    return world.sql("SELECT " + columns +
                     " FROM lark_batch.task_runs WHERE task_name = '" + task +
                     "' ORDER BY started_at DESC LIMIT 1");
}

inline Wrapped wrapped(const World& world, const std::string& task,
                       Finished ended) {
    return {std::move(ended),
            nlohmann::json::parse(row_of(world, task, "stats")),
            row_of(world, task, "outcome, exit_code")};
}

// Runs a shell script to its end.
inline Wrapped run_script(const std::string& task, const std::string& script,
                          const Arguments& options = {}) {
    const World& world = shared_world();
    return wrapped(
        world, task,
        run(wrapper(world, task, options, {"/bin/sh", "-c", script})));
}

}  // namespace lark_batch::test
