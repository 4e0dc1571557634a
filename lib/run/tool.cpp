#include "lib/run/tool.hpp"

#include <cstdlib>
#include <iostream>
#include <span>

#include "lib/config/environment.hpp"
#include "lib/run/due.hpp"
#include "lib/run/funnel.hpp"
#include "lib/run/life.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/task_notices.hpp"
#include "lib/run/wiring.hpp"

namespace lark_batch::run {

namespace {

// Asked after the command line was read.
std::function<bool()> leaves_record(const Tool& tool,
                                    const config::SharedSettings& settings) {
    return [&run = settings.run, recorded = tool.recorded] {
        return !run.dry_run && (!recorded || recorded());
    };
}

}  // namespace

void declare(config::OptionSet& options, config::SharedSettings& settings,
             const Tool& tool) {
    settings.run.timeout = tool.timeout;
    if (tool.database == Database::optional) {
        // It must not wait long for what it can do without.
        settings.database.connect_timeout = text::Milliseconds{2'000};
    }
    settings.tokens.keys_wanted = [handles = tool.handles_tokens] {
        return handles;
    };
    settings.alertmanager.password_wanted = [asks = tool.asks_alertmanager] {
        return asks;
    };
    settings.notify.wanted = [&settings, notifies = tool.notifies,
                              leaves_record = leaves_record(tool, settings)] {
        return (severity_of(settings.run.notify) && leaves_record()) ||
               (notifies && notifies());
    };
    if (tool.own_services_wanted) {
        settings.database.password_wanted = tool.own_services_wanted;
        settings.pushgateway.password_wanted = tool.own_services_wanted;
    }
    config::declare_shared(options, settings,
                           {tool.task, tool.dry_run == DryRun::offered},
                           tool.apps);
    if (config::Option* const heartbeat = options.find("heartbeat-url")) {
        heartbeat->wanted_when(leaves_record(tool, settings));
    }
    if (tool.app_wanted) {
        settings.apps.also_wanted =
            [bots = settings.apps.also_wanted,
             wanted = tool.app_wanted](const config::AppSettings& app) {
                return bots(app) || wanted(app);
            };
    }
    if (tool.declare) {
        tool.declare(options);
    }
    // The analyzer loses sight of a std::function that was moved.
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)

namespace {

// Without the destructors of forty libraries.
[[noreturn]] void leave(int code) {
    std::cout << std::flush;
    std::_Exit(code);
}

config::Loaded load(const Tool& tool, const config::Program& program,
                    const config::SharedSettings& settings,
                    config::OptionSet& options,
                    std::span<const char* const> arguments) {
    try {
        return config::load(
            program, options, static_cast<int>(arguments.size()),
            arguments.data(), config::Environment::of_process());
    } catch (const errors::Error& error) {
        if (tool.last_words && !settings.run.json) {
            std::cout << tool.last_words(error) << std::flush;
        }
        throw;
    }
}

int run_tool(const Tool& tool, int argc, const char* const* argv) {
    config::SharedSettings settings;
    config::OptionSet options;
    declare(options, settings, tool);
    const config::Program program{
        tool.name, tool.summary, {}, tool.commands, false};
    const config::Loaded loaded =
        load(tool, program, settings, options, {argv, argv + argc});
    if (loaded.ending != config::Loaded::Ending::run) {
        std::cout << loaded.text;
        return 0;
    }
    if (settings.run.print_config) {
        std::cout << config::print_config(options);
        return 0;
    }
    if (tool.command != nullptr) {
        *tool.command = loaded.command;
    }
    if (settings.run.when_due && !is_due_now(settings.run, tool.task)) {
        return 0;
    }
    configure_log(settings.run);
    catch_stop_signals();
    Life life{tool, settings};
    const int code = life.live();
    if (has_abandoned_threads()) {
        // Here, because the threads use what `life` owns.
        leave(code);
    }
    return code;
}

}  // namespace

int tool(const Tool& tool, int argc, const char* const* argv) {
    const int code = funnel(
        tool.name, [&] { return run_tool(tool, argc, argv); }, tool.contract);
#ifdef __SANITIZE_ADDRESS__
    return code;  // leaks are looked for at a usual end
#else
    leave(code);
#endif
}

}  // namespace lark_batch::run
