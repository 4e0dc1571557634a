// Gives the values of the command line to their options.
#include "lib/config/load_steps.hpp"

namespace lark_batch::config {

namespace {

const Origin k_here{Origin::Place::command_line, {}, 0, 0};

void complain(Found& found, std::string message, std::string hint = {}) {
    found.push_back(
        {"", 0, 0, std::move(message), std::move(hint), errors::Kind::usage});
}

// --no-push says that `push` is false, --no-push=false that it is true.
Strings negated(const Strings& values) {
    Strings result;
    for (const auto& value : values) {
        result.push_back(value == "true"    ? "false"
                         : value == "false" ? "true"
                                            : value);
    }
    return result;
}

void apply_positionals(OptionSet& options, const Strings& values,
                       Found& found) {
    if (values.empty()) {
        return;
    }
    for (auto& option : options.options()) {
        if (option.declared().positional) {
            if (auto complaint = option.assign(values, k_here)) {
                complain(found,
                         option.declared().name + " " + complaint->message,
                         std::move(complaint->hint));
            }
            return;
        }
    }
    complain(found, "unexpected argument '" + values.front() + "'");
}

}  // namespace

void apply_command_line(OptionSet& options, const CommandLine& line,
                        Found& found) {
    for (const auto& [name, values] : line.values) {
        Option* option = options.find(name);
        if (option == nullptr) {
            continue;
        }
        const auto complaint = option->assign(
            option->declared().negated ? negated(values) : values, k_here);
        if (complaint) {
            complain(found, "--" + name + " " + complaint->message,
                     complaint->hint);
        }
    }
    apply_positionals(options, line.positionals, found);
}

}  // namespace lark_batch::config
