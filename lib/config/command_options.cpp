#include "lib/config/command_options.hpp"

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using text::Milliseconds;

constexpr long long k_longest_output = 64 << 10;

std::optional<std::size_t> code_of(std::string_view word) {
    const auto number = text::parse_integer(text::trim(word));
    if (!number || *number < 0 || *number > 255) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(*number);
}

// "24-26" or "3".
bool add_range(ExitCodes& codes, const std::string& part) {
    const auto dash = part.find('-');
    const auto first = code_of(part.substr(0, dash));
    const auto last =
        dash == part.npos ? first : code_of(part.substr(dash + 1));
    if (!first || !last || *first > *last) {
        return false;
    }
    for (std::size_t code = *first; code <= *last; ++code) {
        codes.set(code);
    }
    return true;
}

std::optional<std::string> check_codes(const std::string& value) {
    if (parse_exit_codes(value)) {
        return std::nullopt;
    }
    return "must be exit codes from 0 to 255, such as 1,3,24-26";
}

class CommandKeys {
public:
    CommandKeys(OptionSet& set, std::string table)
        : m_set(&set), m_table(std::move(table)) {}

    template <typename Value>
    Option& operator()(const std::string& name, Value& target) {
        Option& option = m_set->add(name, target);
        return m_table.empty() ? option
                               : option.key(m_table + "." +
                                            text::replace_all(name, '-', '_'));
    }

private:
    OptionSet* m_set;
    std::string m_table;
};

void declare_codes(CommandKeys add, CommandSettings& settings) {
    add("success-codes", settings.success_codes)
        .help("exit codes that mean success beside 0, such as 1,3,24-26")
        .check(check_codes)
        .sample("1,24-26")
        .placeholder("CODES");
    add("partial-codes", settings.partial_codes)
        .help("exit codes of a command that finished, but not with all")
        .check(check_codes)
        .sample("3")
        .placeholder("CODES");
}

void declare_attempts(CommandKeys add, CommandSettings& settings) {
    add("retries", settings.retries)
        .help("run a command that failed again, up to so many times")
        .range(0, 100)
        .placeholder("N");
    add("retry-delay", settings.retry_delay)
        .help("pause before the first retry; doubled for each further one")
        .range(Milliseconds{0}, std::chrono::hours{1})
        .placeholder("DURATION");
    add("kill-after", settings.kill_after)
        .help("from the request to end (SIGTERM) to SIGKILL")
        .range(Milliseconds{0}, std::chrono::hours{1})
        .placeholder("DURATION");
}

void declare_surroundings(CommandKeys add, CommandSettings& settings) {
    add("output", settings.output)
        .help("when the command's output is passed on")
        .choices({"always", "on-failure", "never"})
        .placeholder("WHEN");
    add("keep-output", settings.keep_output)
        .help("how much of the end of the output the run's record keeps")
        .range(0, k_longest_output)
        .placeholder("SIZE");
    add("directory", settings.directory)
        .help("folder in which the command runs")
        .check(check_folder)
        .sample("/var/backups")
        .placeholder("FOLDER");
}

Problem contradiction(const Origin& origin, const std::string& within) {
    const bool usage = origin.place == Origin::Place::command_line;
    return {usage ? "" : origin.name,
            origin.line,
            origin.column,
            "an exit code means success, as 0 does, and partial too" + within,
            "take it out of success_codes or partial_codes",
            usage ? errors::Kind::usage : errors::Kind::config};
}

}  // namespace

std::optional<ExitCodes> parse_exit_codes(const std::string& text) {
    ExitCodes codes;
    if (text::trim(text).empty()) {
        return codes;
    }
    for (const std::string& part : text::split(text, ',')) {
        if (!add_range(codes, part)) {
            return std::nullopt;
        }
    }
    return codes;
}

void declare_command(OptionSet& set, CommandSettings& settings,
                     const std::string& table) {
    const CommandKeys add{set, table};
    declare_codes(add, settings);
    declare_attempts(add, settings);
    declare_surroundings(add, settings);
    set.after_loading([&set, &settings] {
        Found found;
        auto success = parse_exit_codes(settings.success_codes);
        const auto partial = parse_exit_codes(settings.partial_codes);
        if (success && partial && (success->set(0) & *partial).any()) {
            const Option* const option = set.find("partial-codes");
            found.push_back(contradiction(option->origin(), set.within()));
        }
        return found;
    });
}

}  // namespace lark_batch::config
