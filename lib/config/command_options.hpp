// How a task that is a command of the user's is run: the keys of [tasks.NAME]
// that lark-run reads beside those of every task.
#pragma once

#include <bitset>
#include <optional>
#include <string>

#include "lib/config/option.hpp"

namespace lark_batch::config {

using ExitCodes = std::bitset<256>;

// "1,3,24-26". Nothing when it is none, or a number is above 255.
std::optional<ExitCodes> parse_exit_codes(const std::string& text);

struct CommandSettings {
    std::string success_codes;  // beside 0
    std::string partial_codes;
    long long retries = 0;
    text::Milliseconds retry_delay{10'000};
    text::Milliseconds kill_after{10'000};
    std::string output = "always";         // or "on-failure", "never"
    std::uint64_t keep_output = 8u << 10;  // bytes
    std::string directory;                 // empty: the one we are in
};

// In a program's own set, where `table` is the path of the task's table, each
// is an option, too. In an entry of the registry the path is empty.
void declare_command(OptionSet& set, CommandSettings& settings,
                     const std::string& table);

}  // namespace lark_batch::config
