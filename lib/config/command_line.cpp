// The only file that sees CLI11, which takes seconds to compile. CLI11 cuts
// the arguments into names and values; what they mean is decided elsewhere,
// the same way as for the file and the environment.
#include <CLI/CLI.hpp>

#include <map>
#include <utility>

#include "lib/config/load_steps.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using Parsed = std::vector<std::pair<std::string, CLI::Option*>>;

void complain(Found& found, std::string message, std::string hint = {}) {
    found.push_back(
        {"", 0, 0, std::move(message), std::move(hint), errors::Kind::usage});
}

// Takes one value each time, however often it is given. Without this CLI11
// would take apart values in brackets and swallow what follows.
CLI::Option* one_value(CLI::Option* option) {
    return option->type_size(1)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_value(CLI::App& app, const std::string& name) {
    const CLI::callback_t accept = [](const CLI::results_t&) { return true; };
    return one_value(app.add_option("--" + name, accept));
}

void add_options(CLI::App& app, const OptionSet& set, Parsed& parsed) {
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (!declared.on_command_line()) {
            continue;
        }
        CLI::Option* added = nullptr;
        if (declared.is_flag()) {
            added = app.add_flag("--" + declared.name)
                        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        } else {
            added = add_value(app, declared.name);
        }
        parsed.emplace_back(declared.name, added);
    }
}

CLI::App& add_command(CLI::App& app, const std::string& name) {
    CLI::App* at = &app;
    for (const auto& word : text::split(name, ' ')) {
        const auto known = at->get_subcommands(
            [&](const CLI::App* below) { return below->get_name() == word; });
        at = known.empty() ? at->add_subcommand(word) : known.front();
        at->set_help_flag();
        at->fallthrough();
        at->require_subcommand(0, 1);
    }
    return *at;
}

std::string chosen_words(const CLI::App& app) {
    std::string words;
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        words += (words.empty() ? "" : " ") + at->get_name();
    }
    return words;
}

Strings names_of(const CLI::App& app) {
    Strings names{"--help", "--version"};
    for (const auto* option : app.get_options()) {
        names.push_back(option->get_name());
    }
    for (const auto* command : app.get_subcommands()) {
        const auto below = names_of(*command);
        names.insert(names.end(), below.begin() + 2, below.end());
    }
    return names;
}

// The value of an unknown option may be anything, even a secret: only its
// name is repeated.
void report_unknown(const std::string& argument, const Strings& known,
                    Found& found) {
    const std::string name = argument.substr(0, argument.find('='));
    const auto near = text::nearest(name, known);
    complain(found, "unknown option '" + name + "'",
             near ? "did you mean '" + *near + "'?" : "");
}

// What CLI11 left over: unknown options are told, the rest is given back.
Strings take_rest(const CLI::App& app, Found& found) {
    Strings words;
    bool after_unknown = false;
    const auto known = names_of(app);
    for (const auto& argument : app.remaining(true)) {
        if (argument.size() > 1 && argument.front() == '-') {
            report_unknown(argument, known, found);
            after_unknown = argument.find('=') == argument.npos;
        } else if (!std::exchange(after_unknown, false)) {
            words.push_back(argument);
        }
    }
    return words;
}

void run_parser(CLI::App& app, Strings arguments, Found& found) {
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        const std::string text = error.what();
        const auto colon = text.find(':');
        if (text.starts_with("--") && colon != text.npos) {
            complain(found, text.substr(0, colon) + " needs a value");
        } else {
            complain(found, "the command line cannot be understood");
        }
    }
}

std::string command_list(const Program& program) {
    std::string list;
    for (const auto& command : program.commands) {
        list += (list.empty() ? "" : ", ") + command.name;
    }
    return list;
}

// Whether there is such a command; says so if not.
bool check_command(const Program& program, const std::string& words,
                   const Strings& rest, Found& found) {
    Strings names;
    for (const auto& command : program.commands) {
        names.push_back(command.name);
    }
    if (std::find(names.begin(), names.end(), words) != names.end()) {
        return true;
    }
    if (words.empty() && rest.empty()) {
        if (!program.command_required) {
            return true;
        }
        complain(found, "a command is missing",
                 "one of: " + command_list(program));
        return false;
    }
    std::string given = words;
    if (!rest.empty()) {
        given += (given.empty() ? "" : " ") + rest.front();
    }
    const auto near = text::nearest(given, names);
    complain(found, "unknown command '" + given + "'",
             near ? "did you mean '" + *near + "'?"
                  : "one of: " + command_list(program));
    return false;
}

// The whole command line of a program: CLI11's view and ours of it.
class Grammar {
public:
    Grammar(const Program& program, const OptionSet& options);

    CommandLine parse(const Strings& arguments, Found& found);

private:
    void add_commands(const Strings& arguments);
    void take_values(const Parsed& parsed, CommandLine& line) const;
    void take_command(CommandLine& line);

    const Program& m_program;
    CLI::App m_app;
    CLI::Option* m_config = nullptr;
    Parsed m_global;
    std::map<std::string, OptionSet> m_sets;
    std::map<std::string, Parsed> m_of_command;
};

Grammar::Grammar(const Program& program, const OptionSet& options)
    : m_program(program) {
    m_app.set_help_flag();
    m_app.allow_extras();
    // A second command is a stray word like any other.
    m_app.require_subcommand(0, 1);
    add_options(m_app, options, m_global);
    m_config = add_value(m_app, "config");
}

void Grammar::add_commands(const Strings& arguments) {
    for (const auto& command : m_program.commands) {
        OptionSet& set = m_sets[command.name];
        set.group("Options of " + command.name);
        const bool named = std::find(arguments.begin(), arguments.end(),
                                     command.name) != arguments.end();
        if (command.declare && (named || !command.lazy)) {
            command.declare(set);
        }
        add_options(add_command(m_app, command.name), set,
                    m_of_command[command.name]);
    }
}

void Grammar::take_values(const Parsed& parsed, CommandLine& line) const {
    for (const auto& [name, option] : parsed) {
        if (option->count() > 0) {
            line.values.emplace_back(name, option->results());
        }
    }
}

void Grammar::take_command(CommandLine& line) {
    for (auto& [name, set] : m_sets) {
        if (name == line.command) {
            line.command_options = std::move(set);
            continue;
        }
        for (const auto& option : set.options()) {
            const auto& declared = option.declared();
            if (declared.in_file() && declared.listed) {
                line.keys_of_others.push_back(declared.key);
            }
        }
    }
    take_values(m_of_command[line.command], line);
}

CommandLine Grammar::parse(const Strings& arguments, Found& found) {
    // What follows "--" is nobody's option, whatever it looks like.
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    add_commands(arguments);
    run_parser(m_app, {arguments.begin(), end}, found);
    CommandLine line;
    line.command = chosen_words(m_app);
    line.positionals = take_rest(m_app, found);
    if (!m_program.commands.empty() &&
        !check_command(m_program, line.command, line.positionals, found)) {
        line.positionals.clear();
    }
    if (end != arguments.end()) {
        line.positionals.insert(line.positionals.end(), std::next(end),
                                arguments.end());
    }
    take_values(m_global, line);
    take_command(line);
    if (m_config->count() > 0) {
        line.config_file = m_config->results().back();
    }
    if (m_config->count() > 1) {
        complain(found, "--config must be given only once");
    }
    return line;
}

}  // namespace

CommandLine parse_command_line(const Program& program, const OptionSet& options,
                               const Strings& arguments, Found& found) {
    return Grammar{program, options}.parse(arguments, found);
}

}  // namespace lark_batch::config
