#include "tools/lark-admin/commands.hpp"

#include <iostream>

#include "lib/config/environment.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/wiring.hpp"
#include "tools/lark-admin/config_check.hpp"
#include "tools/lark-admin/keys.hpp"
#include "tools/lark-admin/migrate.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-admin/reference_pages.hpp"
#include "tools/lark-admin/runs.hpp"
#include "tools/lark-admin/tasks/commands.hpp"
#include "tools/lark-admin/token_commands.hpp"
#include "tools/lark-admin/token_import.hpp"

namespace lark_batch::admin {

namespace {

using errors::ExitCode;

// Whether it was one of those for tokens.
bool run_token_command(const std::string& command, const Settings& settings,
                       std::ostream& out) {
    if (command == "token import") {
        import_tokens(settings, std::cin, out);
    } else if (command == "token list") {
        list_tokens(settings, out);
    } else if (command == "token print") {
        print_token(settings, out);
    } else if (command == "token login") {
        login(settings, out);
    } else if (command == "token revoke") {
        revoke_token(settings, out);
    } else {
        return false;
    }
    return true;
}

ExitCode run_command(const config::Loaded& loaded, const Settings& settings,
                     std::ostream& out) {
    if (run_token_command(loaded.command, settings, out)) {
        return ExitCode::ok;
    }
    if (const auto code = run_task_command(loaded.command, settings, out)) {
        return *code;
    }
    if (loaded.command == "keys generate") {
        generate_key(out);
    } else if (loaded.command == "keys list") {
        list_keys(settings, out);
    } else if (loaded.command == "keys rotate") {
        return rotate_keys(settings, out);
    } else if (loaded.command == "migrate") {
        migrate(settings, out);
    } else if (loaded.command == "config check") {
        return check_config(settings, loaded.config_file, out);
    } else if (loaded.command == "runs") {
        show_runs(settings, out);
    } else {
        out << reference_page(settings.pages);
    }
    return ExitCode::ok;
}

ExitCode load_and_run(int argc, const char* const* argv, std::ostream& out) {
    Settings settings;
    config::OptionSet options;
    declare(options, settings);
    const config::Program commands = program(options, settings);
    config::Loaded loaded;
    try {
        loaded = config::load(commands, options, argc, argv,
                              config::Environment::of_process());
    } catch (const config::Problems& problems) {
        if (options.find("online") != nullptr) {
            tell_problems(problems, settings, out);
        }
        throw;
    }
    if (loaded.ending != config::Loaded::Ending::run) {
        out << loaded.text;
        return ExitCode::ok;
    }
    if (settings.shared.run.print_config) {
        out << config::print_config(options);
        return ExitCode::ok;
    }
    run::configure_log(settings.shared.run);
    run::catch_stop_signals();
    return run_command(loaded, settings, out);
}

}  // namespace

ExitCode answer(int argc, const char* const* argv, std::ostream& out) {
    const ExitCode code = load_and_run(argc, argv, out);
    if (!out.flush()) {
        throw errors::Error{errors::Kind::failed,
                            "standard output cannot be written to"};
    }
    return code;
}

}  // namespace lark_batch::admin
