// What is known about an option, as plain data: the parser, the file loader,
// the help text and the reference page all read this.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lib/text/quantity.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::config {

// Where an option may be given; `file` means file and environment.
enum class Places { everywhere, command_line, file };

using Strings = std::vector<std::string>;

// Where a value goes; the alternative is the option's type. uint64_t is a
// size in bytes.
using Target =
    std::variant<bool*, std::string*, long long*, double*, text::Milliseconds*,
                 std::uint64_t*, Strings*, text::Secret*>;

// Gives what is wrong with a value as a predicate, "must be an https address",
// to follow the name of the option.
using Check = std::function<std::optional<std::string>(const std::string&)>;

struct Declaration {
    std::string name;  // without dashes: "log-level"
    std::string help;
    std::string key;  // path in the TOML file: "database.url"
    std::string env;  // empty inside an array of tables
    std::string group;
    std::string placeholder;
    std::string sample;
    std::string default_text;      // as the user would write it
    std::string default_toml;      // the same as TOML
    std::string default_variable;  // gives the default when it is set
    Strings choices;
    // Limits, both included; milliseconds for durations.
    std::optional<std::pair<long long, long long>> range;
    Places places = Places::everywhere;
    bool required = false;
    bool positional = false;
    bool negated = false;  // the flag on the command line means false
    bool listed = true;    // on pages and among the effective settings
    Check check;
    // What --print-config shows of a single value; the value if empty.
    std::function<std::string(const std::string&)> veil;
    Target target;
    // Secrets only: the name of the systemd credential, and whether the
    // program wants the secret at all; asked when other values are in place.
    std::function<std::string()> credential;
    std::function<bool()> wanted;

    bool is_secret() const {
        return std::holds_alternative<text::Secret*>(target);
    }
    bool is_flag() const { return std::holds_alternative<bool*>(target); }
    bool is_list() const { return std::holds_alternative<Strings*>(target); }
    const std::string& placeholder_or_name() const {
        return placeholder.empty() ? name : placeholder;
    }
    bool on_command_line() const {
        return places != Places::file && !is_secret() && !positional;
    }
    bool in_file() const {
        return places != Places::command_line && !positional;
    }
};

// Where the present value came from.
struct Origin {
    enum class Place { built_in, file, environment, credential, command_line };

    Place place = Place::built_in;
    std::string name;  // of the file, variable or credential
    unsigned line = 0;
    unsigned column = 0;

    // "default", "lark-batch.toml:12", "environment LARK_BATCH_TIMEOUT"
    std::string str() const;
};

}  // namespace lark_batch::config
