// What lark-admin can be told: the settings that all programs share, and the
// options of its commands.
#pragma once

#include <string>

#include "lib/config/option.hpp"
#include "lib/config/shared_options.hpp"
#include "tools/lark-admin/tasks/options.hpp"

namespace lark_batch::admin {

inline constexpr const char* k_program = "lark-admin";

struct Settings {
    config::SharedSettings shared;
    config::TaskSettings tasks;   // config check and tasks: the registry
    std::string grant_to;         // migrate: a role, may be empty
    std::string grant_read_to;    // the same
    bool online = false;          // config check
    std::string format = "text";  // config check
    std::string task;             // runs: all tasks when empty
    long long last = 20;          // runs
    std::string run;              // runs: the beginning of one's id
    config::Strings pages;        // reference
    // token and keys
    config::Strings files;  // token import: one, or standard input
    bool replace = false;   // token import
    std::string user;       // open_id
    std::string state;      // token list
    long long limit = 200;  // token list
    text::Milliseconds min_life{300'000};       // token print
    config::Strings scopes;                     // token login
    long long login_port = 9753;                // token login
    text::Milliseconds login_timeout{300'000};  // token login
    long long batch_size = 500;                 // keys rotate
    Rendering rendering;                        // tasks render
    Installed installed;                        // tasks check
    Named named;  // tasks disable, enable, ended, failed
};

// The shared options without those that only a scheduled task has. Secrets
// of apps and of the Pushgateway are read for `config check` alone.
void declare(config::OptionSet& options, Settings& settings);

// The commands. Both references must outlive the program; `options` is the
// set that is loaded with it.
config::Program program(config::OptionSet& options, Settings& settings);

}  // namespace lark_batch::admin
