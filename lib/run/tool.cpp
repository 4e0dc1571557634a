#include "lib/run/tool.hpp"

#include <iostream>

#include "lib/config/environment.hpp"
#include "lib/run/funnel.hpp"
#include "lib/run/life.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/wiring.hpp"

namespace lark_batch::run {

void declare(config::OptionSet& options, config::SharedSettings& settings,
             const Tool& tool) {
    settings.run.timeout = tool.timeout;
    settings.tokens.keys_wanted = [handles = tool.handles_tokens] {
        return handles;
    };
    settings.notify.wanted = [notifies = tool.notifies] { return notifies; };
    config::declare_shared(options, settings,
                           {tool.task, tool.dry_run == DryRun::offered},
                           tool.apps);
    if (tool.declare) {
        tool.declare(options);
    }
}

int tool(const Tool& tool, int argc, const char* const* argv) {
    return funnel(tool.name, [&] {
        config::SharedSettings settings;
        config::OptionSet options;
        declare(options, settings, tool);
        const config::Loaded loaded =
            config::load({tool.name, tool.summary, {}, {}}, options, argc, argv,
                         config::Environment::of_process());
        if (loaded.ending != config::Loaded::Ending::run) {
            std::cout << loaded.text;
            return 0;
        }
        if (settings.run.print_config) {
            std::cout << config::print_config(options);
            return 0;
        }
        configure_log(settings.run);
        catch_stop_signals();
        Life life{tool, settings};
        return to_int(life.live());
    });
}

}  // namespace lark_batch::run
