#include "tools/lark-healthcheck/kinds/command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/config/checks.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/child_process.hpp"
#include "tools/lark-healthcheck/kinds/perfdata.hpp"

namespace lark_batch::healthcheck {

namespace {

// Of our own environment a plugin sees these; the rest may name secrets.
constexpr std::array<std::string_view, 8> k_passed_on{
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"};

std::optional<std::string> check_variable(const std::string& value) {
    const auto equals = value.find('=');
    const bool right = equals != std::string::npos && equals > 0 &&
                       value.find('\0') == std::string::npos;
    return right ? std::nullopt
                 : std::optional<std::string>{"must be like NAME=value"};
}

std::optional<std::string> check_word(const std::string& value) {
    return value.find('\0') == std::string::npos
               ? std::nullopt
               : std::optional<std::string>{"must not hold a NUL byte"};
}

std::string_view name_in(std::string_view variable) {
    return variable.substr(0, variable.find('='));
}

// Later ones replace earlier ones of the same name.
void set_variable(std::vector<std::string>& all, const std::string& variable) {
    std::erase_if(all, [&](const std::string& other) {
        return name_in(other) == name_in(variable);
    });
    all.push_back(variable);
}

}  // namespace

void Command::declare(config::OptionSet& set, const Check&) {
    set.add("argv", m_argv)
        .help("the program and its arguments; no shell reads them")
        .check(check_word)
        .placeholder("WORD")
        .sample("/usr/lib/nagios/plugins/check_load")
        .required();
    set.add("environment", m_environment)
        .help("variables beside PATH, HOME, LANG and TZ: NAME=value")
        .check(check_variable)
        .placeholder("NAME=VALUE")
        .sample("MIBS=all");
    set.add("working-folder", m_folder)
        .help("where it is started")
        .check(config::check_folder)
        .placeholder("FOLDER");
    set.after_loading([this] {
        const bool named = !m_argv.empty() && !m_argv.front().empty();
        return named ? config::Found{}
                     : config::Found{{"", 0, 0, "argv names no program",
                                      "write argv = [\"/path/to/plugin\"]"}};
    });
}

std::string Command::name() const {
    const std::string& path = m_argv.front();
    return text::excerpt(path.substr(path.rfind('/') + 1), 60);
}

std::vector<std::string> Command::environment() const {
    std::vector<std::string> all;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (std::ranges::find(k_passed_on, name_in(*variable)) !=
            k_passed_on.end()) {
            all.emplace_back(*variable);
        }
    }
    for (const std::string& variable : m_environment) {
        set_variable(all, variable);
    }
    return all;
}

std::string Command::describe() const {
    return "runs " + name();
}

Finding Command::probe(const Surroundings&,
                       const clock::Deadline& deadline) const {
    const ChildEnd end = run_child({m_argv, environment(), m_folder}, deadline);
    if (!end.in_time) {
        throw errors::Error{errors::Kind::timeout,
                            name() + " did not end in time"};
    }
    PluginOutput said = read_plugin_output(end.out);
    if (said.line.empty()) {
        said.line = read_plugin_output(end.err).line;
    }
    if (said.line.empty()) {
        said.line = name() + " said nothing";
    }
    Finding finding;
    if (end.signal != 0) {
        finding.note(State::unknown, fmt::format("{} was ended by signal {}",
                                                 name(), end.signal));
    } else if (end.code > 3) {
        finding.note(State::unknown,
                     fmt::format("{} ended with code {}", name(), end.code));
    }
    finding.note(end.signal == 0 && end.code <= 3 ? static_cast<State>(end.code)
                                                  : State::unknown,
                 said.line);
    finding.measurements = std::move(said.measurements);
    return finding;
}

void kill_leftovers() {
    kill_children();
}

}  // namespace lark_batch::healthcheck
