// What lark-healthcheck makes of a file and a command line, without running.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/config/environment.hpp"
#include "lib/config/problems.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/run/tool.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/lark-healthcheck/tool.hpp"

namespace lark_batch::healthcheck::test {

struct Told {
    lark_batch::test::TempDir folder;
    std::map<std::string, std::string> variables;
    config::SharedSettings settings;
    Options options;
    config::OptionSet declared;
    config::Loaded loaded;

    explicit Told(const std::string& toml = {}) {
        variables["LARK_BATCH_CONFIG"] =
            folder.write("lark-batch.toml", toml).string();
    }

    void load(std::vector<std::string> arguments) {
        const run::Tool program = tool(options);
        run::declare(declared, settings, program);
        arguments.insert(arguments.begin(), program.name);
        std::vector<const char*> argv;
        for (const std::string& argument : arguments) {
            argv.push_back(argument.c_str());
        }
        loaded = config::load(
            {program.name, program.summary, {}, program.commands, false},
            declared, static_cast<int>(argv.size()), argv.data(),
            config::Environment{variables});
    }

    // Every mistake as "line:column message (hint)".
    std::vector<std::string> problems(
        const std::vector<std::string>& arguments = {}) {
        std::vector<std::string> lines;
        try {
            load(arguments);
        } catch (const config::Problems& problems) {
            for (const config::Problem& one : problems.all()) {
                const std::string place =
                    one.line == 0 ? ""
                                  : std::to_string(one.line) + ":" +
                                        std::to_string(one.column) + " ";
                lines.push_back(
                    place + one.message +
                    (one.hint.empty() ? "" : " (" + one.hint + ")"));
            }
        }
        return lines;
    }
    // The only mistake.
    std::string problem(const std::vector<std::string>& arguments = {}) {
        const auto all = problems(arguments);
        return all.size() == 1 ? all.front()
                               : std::to_string(all.size()) + " problems";
    }
};

}  // namespace lark_batch::healthcheck::test
