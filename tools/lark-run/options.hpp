// What lark-run can be told beside the shared settings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/config/command_options.hpp"
#include "lib/config/option.hpp"

namespace lark_batch::lark_run {

struct Options {
    std::string task;
    config::CommandSettings manner;
    std::vector<std::string> redact;      // patterns beside the built-in ones
    std::vector<std::string> command;     // behind "--"
    std::vector<std::string> registered;  // of [tasks.NAME]
    // Words that the command line has behind "--"; nothing without one.
    std::optional<std::size_t> behind_dashes;

    const std::vector<std::string>& chosen_command() const {
        return behind_dashes ? command : registered;
    }
};

// Lowercase letters, digits, '_' and '-', up to 64, and no task of ours.
std::optional<std::string> check_task_name(const std::string& value);

// The value of --task, which decides on the keys of the file that are
// declared; "NAME" when there is none that is right.
std::string task_named_in(const std::vector<std::string>& arguments);

// How many words are behind "--", as in Options.
std::optional<std::size_t> words_behind_dashes(
    const std::vector<std::string>& arguments);

// `task` as task_named_in() has it.
void declare(config::OptionSet& set, Options& options, const std::string& task);

}  // namespace lark_batch::lark_run
