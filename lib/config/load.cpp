#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

#include "lib/config/load_steps.hpp"
#include "lib/config/option.hpp"
#include "lib/config/render.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

constexpr const char* k_default_file = "/etc/lark-batch/lark-batch.toml";

bool given(const Strings& arguments, const char* long_form,
           const char* short_form) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::any_of(arguments.begin(), end, [&](const std::string& word) {
        return word == long_form || word == short_form;
    });
}

bool takes_value(const OptionSet& options, const std::string& argument) {
    return argument == "--config" ||
           std::ranges::any_of(options.options(), [&](const Option& option) {
               return !option.declared().is_flag() &&
                      argument == "--" + option.declared().name;
           });
}

// The arguments that are neither options nor the values of common ones.
Strings words_among(const OptionSet& options, const Strings& arguments) {
    Strings words;
    bool is_value = false;
    for (const std::string& argument : arguments) {
        if (!std::exchange(is_value, false) && !argument.starts_with('-')) {
            words.push_back(argument);
        }
        is_value = takes_value(options, argument);
    }
    return words;
}

// The command a person wants help about: its words stand in order, whatever
// stands between them.
std::string asked_command(const Program& program, const Strings& arguments) {
    for (const auto& command : program.commands) {
        auto at = arguments.begin();
        const auto words = text::split(command.name, ' ');
        const bool all = std::all_of(
            words.begin(), words.end(), [&](const std::string& word) {
                at = std::find(at, arguments.end(), word);
                return at != arguments.end() && at++ != arguments.end();
            });
        if (all) {
            return command.name;
        }
    }
    return {};
}

// Empty when there is none to read: only the default one may be missing.
std::string choose_file(const CommandLine& line,
                        const Environment& environment) {
    if (!line.config_file.empty()) {
        return line.config_file;
    }
    if (auto named = environment.get("LARK_BATCH_CONFIG")) {
        return std::move(*named);
    }
    std::error_code ignored;
    return std::filesystem::exists(k_default_file, ignored) ? k_default_file
                                                            : "";
}

// Whether it could be read at all.
bool read_file(OptionSet& options, const std::string& file, Found& found) {
    try {
        apply_file(options, parse_toml(files::read(file), file), file, found);
        return true;
    } catch (const Problems& problems) {
        found.insert(found.end(), problems.all().begin(), problems.all().end());
    } catch (const errors::Error& error) {
        found.push_back(
            {"", 0, 0, error.what(), error.hint(), errors::Kind::config});
    }
    return false;
}

void for_each_entry(const OptionSet& options,
                    const std::function<void(const OptionSet&)>& visit) {
    for (const auto& tables : options.tables()) {
        std::ranges::for_each(tables.entries, visit);
    }
    for (const auto& family : options.families()) {
        std::ranges::for_each(family.entries, visit);
    }
}

void run_steps(const OptionSet& options, Found& found) {
    for (const auto& step : options.steps()) {
        for (auto& problem : step()) {
            found.push_back(std::move(problem));
        }
    }
    for_each_entry(options,
                   [&](const OptionSet& entry) { run_steps(entry, found); });
}

std::string name_of(const Declaration& declared) {
    if (declared.positional) {
        return "argument " + declared.name;
    }
    return declared.places == Places::command_line ? "--" + declared.name
                                                   : "'" + declared.key + "'";
}

}  // namespace

void check_required(const OptionSet& options, Found& found) {
    const Origin& place = options.place();
    for (const auto& option : options.options()) {
        const auto& declared = option.declared();
        if (!declared.required || declared.is_secret() || option.given()) {
            continue;
        }
        const bool usage = declared.places == Places::command_line;
        found.push_back({place.name, place.line, place.column,
                         name_of(declared) + " is missing" + options.within(),
                         "",
                         usage ? errors::Kind::usage : errors::Kind::config});
    }
    for_each_entry(
        options, [&](const OptionSet& entry) { check_required(entry, found); });
}

namespace {

// Help and version, before CLI11 or the file cost anything.
bool answered(const Program& program, const OptionSet& options,
              const Strings& arguments, Loaded& loaded) {
    if (given(arguments, "--version", "-V")) {
        loaded.ending = Loaded::Ending::version;
        loaded.text = program.name + " " + LARK_BATCH_VERSION + "\n";
        return true;
    }
    if (given(arguments, "--help", "-h")) {
        loaded.ending = Loaded::Ending::help;
        const Strings words = words_among(options, arguments);
        loaded.text = help(program, options, asked_command(program, words));
        return true;
    }
    return false;
}

void fill(OptionSet& options, const CommandLine& line, const std::string& file,
          const Environment& environment, Found& found) {
    apply_defaults(options, environment, found);
    const bool complete = file.empty() || read_file(options, file, found);
    apply_environment(options, environment, found);
    apply_command_line(options, line, found);
    check_variables(options, environment, found);
    // What a file that cannot be read would have said is not missing.
    if (!complete) {
        return;
    }
    check_required(options, found);
    run_steps(options, found);
    read_secrets(options, environment, found);
}

}  // namespace

Loaded load(const Program& program, OptionSet& options, int argc,
            const char* const* argv, const Environment& environment) {
    const Strings arguments(argv + std::min(argc, 1), argv + argc);
    Loaded loaded;
    if (answered(program, options, arguments, loaded)) {
        return loaded;
    }
    Found found;
    CommandLine line = parse_command_line(program, options, arguments, found);
    options.merge(std::move(line.command_options));
    for (const auto& key : line.keys_of_others) {
        options.also_known(key);
    }
    loaded.command = line.command;
    loaded.config_file = choose_file(line, environment);
    fill(options, line, loaded.config_file, environment, found);
    if (!found.empty()) {
        throw Problems{std::move(found)};
    }
    return loaded;
}

}  // namespace lark_batch::config
