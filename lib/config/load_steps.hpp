// The steps of load(), in their order. Each adds what it finds wrong and
// goes on, so that all mistakes come out at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/config/option.hpp"
#include "lib/config/toml_file.hpp"

namespace lark_batch::config {

// What the variables named by default_from() say.
void apply_defaults(OptionSet& options, const Environment& environment,
                    Found& found);

// Values, secret sources and tables of the file; unknown keys.
void apply_file(OptionSet& options, const FileNode& root,
                const std::string& file, Found& found);

void apply_environment(OptionSet& options, const Environment& environment,
                       Found& found);

// Variables that begin like ours and mean nothing, probably misspelt.
void check_variables(const OptionSet& options, const Environment& environment,
                     Found& found);

// Reads the wanted secrets from where the file or the environment says, or
// from systemd's credentials.
void read_secrets(OptionSet& options, const Environment& environment,
                  Found& found);

// Options nobody gave a value to, though they are required.
void check_required(const OptionSet& options, Found& found);

// What CLI11 made of the arguments.
struct CommandLine {
    std::string command;
    std::string config_file;
    // The chosen command's own options, to be merged.
    OptionSet command_options;
    // By name of the option, each as often as it was given.
    std::vector<std::pair<std::string, Strings>> values;
    Strings positionals;
    Strings keys_of_others;  // file keys of the commands not chosen
};
CommandLine parse_command_line(const Program& program, const OptionSet& options,
                               const Strings& arguments, Found& found);

void apply_command_line(OptionSet& options, const CommandLine& line,
                        Found& found);

}  // namespace lark_batch::config
