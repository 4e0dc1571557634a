#include "tools/lark-run/options.hpp"

#include <algorithm>
#include <array>

#include "lib/config/known_tasks.hpp"
#include "tools/lark-run/redactor.hpp"

namespace lark_batch::lark_run {

namespace {

using config::Found;
using config::Problem;

constexpr std::size_t k_longest_name = 64;
constexpr std::string_view k_option = "--task";
// Programs of ours that are to come.
constexpr std::array<std::string_view, 2> k_reserved{"report",
                                                     "forward_alerts"};

bool is_ours(const std::string& task) {
    return config::known_task(task) != nullptr ||
           std::ranges::count(k_reserved, task) != 0;
}

Problem usage(std::string message, std::string hint) {
    return {"", 0, 0, std::move(message), std::move(hint), errors::Kind::usage};
}

// Without "--" a command's options would be taken for ours.
Found check_command(const Options& options) {
    if (options.command.size() > options.behind_dashes.value_or(0)) {
        return {usage("unexpected argument '" + options.command.front() + "'",
                      "the command stands behind '--'")};
    }
    if (!options.chosen_command().empty()) {
        return {};
    }
    if (options.behind_dashes) {
        return {usage("there is no command behind '--'", "")};
    }
    const std::string task = options.task.empty() ? "NAME" : options.task;
    return {usage("there is no command",
                  "give it behind '--', or as [tasks." + task +
                      R"(] command = ["program", "argument"])")};
}

}  // namespace

std::optional<std::string> check_task_name(const std::string& value) {
    const bool plain = std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    if (!plain || value.empty() || value.front() == '-' ||
        value.size() > k_longest_name) {
        return "must be of lowercase letters, digits, '_' and '-', 64 at most";
    }
    if (is_ours(value)) {
        return "must be another name: a program of lark-batch has this one";
    }
    return std::nullopt;
}

std::string task_named_in(const std::vector<std::string>& arguments) {
    std::string name;
    for (auto word = arguments.begin();
         word != arguments.end() && *word != "--"; ++word) {
        if (*word == k_option && std::next(word) != arguments.end()) {
            name = *std::next(word);
        } else if (word->starts_with(std::string{k_option} + "=")) {
            name = word->substr(k_option.size() + 1);
        }
    }
    return check_task_name(name) ? "NAME" : name;
}

std::optional<std::size_t> words_behind_dashes(
    const std::vector<std::string>& arguments) {
    const auto dashes = std::ranges::find(arguments, "--");
    if (dashes == arguments.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(arguments.end() - dashes) - 1;
}

void declare(config::OptionSet& set, Options& options,
             const std::string& task) {
    set.group("Command");
    set.add("task", options.task)
        .help("the task's name, in its record, metrics, lock and settings")
        .check(check_task_name)
        .required()
        .placeholder("NAME")
        .places(config::Places::command_line);
    set.add_positional("COMMAND", options.command)
        .help("what is run, behind '--'; else the command of [tasks.NAME]");
    set.add("task-command", options.registered)
        .key("tasks." + task + ".command")
        .help("what is run when the command line has no command")
        .sample("/usr/local/bin/backup")
        .places(config::Places::file);
    declare_command(set, options.manner, "tasks." + task);
    set.add("redact", options.redact)
        .key("run.redact")
        .help("pattern (grep -E) of what the record must not keep")
        .check(check_redaction)
        .sample("card ([0-9]{16})")
        .placeholder("REGEX");
    set.after_loading([&options] { return check_command(options); });
}

}  // namespace lark_batch::lark_run
