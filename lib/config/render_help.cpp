#include <algorithm>
#include <set>

#include "lib/config/render.hpp"
#include "lib/config/values.hpp"
#include "lib/config/wrap.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

constexpr std::size_t k_indent = 26;

std::string upper_type(const Declaration& declared) {
    if (!declared.placeholder.empty()) {
        return declared.placeholder;
    }
    if (declared.is_list() ||
        std::holds_alternative<std::string*>(declared.target)) {
        return "TEXT";
    }
    std::string word{type_name(declared.target)};
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return word == "INTEGER" ? "NUMBER" : word;
}

std::string form(const Declaration& declared) {
    return "      --" + declared.name +
           (declared.is_flag() ? "" : " " + upper_type(declared));
}

// "(text, json or journal; default text; LARK_BATCH_LOG_FORMAT)"
std::string remarks(const Declaration& declared) {
    Strings parts;
    if (!declared.choices.empty()) {
        // A line cannot be broken at a bar.
        const std::string bars = text::join(declared.choices, "|");
        parts.push_back(bars.size() > 50 ? text::join(declared.choices, ", ")
                                         : bars);
    }
    if (const auto range = range_text(declared); !range.empty()) {
        parts.push_back(range);
    }
    if (declared.is_list()) {
        parts.emplace_back("repeatable");
    }
    if (declared.required) {
        parts.emplace_back("required");
    }
    if (!declared.is_flag() && !declared.default_text.empty()) {
        parts.push_back("default " + declared.default_text);
    }
    if (!declared.env.empty() && declared.in_file()) {
        parts.push_back("$" + declared.env);
    }
    return parts.empty() ? "" : " (" + text::join(parts, "; ") + ")";
}

// The name in the left column, or on a line of its own if it is too long.
std::string entry(const std::string& left, const std::string& prose) {
    std::string body = wrap(prose, std::string(k_indent, ' '));
    if (left.size() + 2 > k_indent) {
        return left + "\n" + body;
    }
    return left + body.substr(std::min(left.size(), body.size()));
}

std::string options_of(const OptionSet& set) {
    std::string text;
    std::string group;
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (!declared.on_command_line()) {
            continue;
        }
        if (declared.group != group) {
            group = declared.group;
            text += "\n" + group + ":\n";
        }
        text += entry(form(declared), declared.help + remarks(declared));
    }
    return text;
}

std::string fixed_options() {
    return "\nGeneral:\n" +
           entry("      --config FILE",
                 "the settings (default /etc/lark-batch/lark-batch.toml;"
                 " $LARK_BATCH_CONFIG)") +
           entry("  -h, --help", "show this text") +
           entry("  -V, --version", "show the version");
}

std::string commands_of(const Program& program) {
    if (program.commands.empty()) {
        return {};
    }
    std::string text = "\nCommands:\n";
    for (const auto& command : program.commands) {
        text += entry("  " + command.name, command.summary);
    }
    return text;
}

std::string positionals_of(const OptionSet& set) {
    std::string text;
    for (const auto& option : set.options()) {
        if (option.declared().positional) {
            text += " [" + option.declared().placeholder_or_name() + "...]";
        }
    }
    return text;
}

std::string positional_help(const OptionSet& set) {
    std::string text;
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (declared.positional) {
            text += entry("  " + declared.placeholder_or_name(),
                          declared.help + remarks(declared));
        }
    }
    return text.empty() ? text : "\nArguments:\n" + text;
}

std::string file_settings(const OptionSet& set) {
    std::set<std::string> sections;
    bool any = false;
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (declared.places == Places::file) {
            any = true;
            if (const auto dot = declared.key.find('.');
                dot != std::string::npos) {
                sections.insert(
                    "[" + declared.key.substr(0, declared.key.rfind('.')) +
                    "]");
            }
        }
    }
    for (const auto& tables : set.tables()) {
        sections.insert("[[" + tables.key + "]]");
    }
    if (!any && sections.empty()) {
        return {};
    }
    const Strings names{sections.begin(), sections.end()};
    return "\n" +
           wrap(
               "More settings are read from the file and from"
               " variables LARK_BATCH_SECTION_KEY, see docs/options.md: " +
                   text::join(names, ", "),
               "");
}

}  // namespace

std::string help(const Program& program, const OptionSet& options,
                 const std::string& command) {
    OptionSet own;
    std::string summary = program.summary;
    for (const auto& candidate : program.commands) {
        if (candidate.name == command) {
            summary = candidate.summary;
            own.group("Options of " + command);
            if (candidate.declare) {
                candidate.declare(own);
            }
        }
    }
    std::string usage = "Usage: " + program.name;
    if (!command.empty()) {
        usage += " " + command;
    } else if (!program.commands.empty()) {
        usage += program.command_required ? " COMMAND" : " [COMMAND]";
    }
    usage += " [OPTION...]" + positionals_of(options) + positionals_of(own);
    return wrap(usage, "") + "\n" + wrap(summary, "") +
           (command.empty() ? commands_of(program) : "") +
           positional_help(options) + positional_help(own) + options_of(own) +
           options_of(options) + fixed_options() + file_settings(options) +
           (program.epilog.empty() ? "" : "\n" + program.epilog + "\n");
}

}  // namespace lark_batch::config
