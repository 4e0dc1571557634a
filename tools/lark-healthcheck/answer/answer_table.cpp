#include "tools/lark-healthcheck/answer/answer_table.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"

namespace lark_batch::healthcheck {

namespace {

// ECMA-48, SGR.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5>
    k_colours{{{"OK", "\x1b[32m"},
               {"WARNING", "\x1b[33m"},
               {"CRITICAL", "\x1b[1;31m"},
               {"UNKNOWN", "\x1b[35m"},
               {"SKIPPED", "\x1b[2m"}}};

std::string since_in_words(const Outcome& outcome) {
    if (!outcome.since) {
        return "-";
    }
    const auto now = clock::unix_seconds(clock::system_clock().now());
    const double seconds = now - clock::unix_seconds(*outcome.since);
    return seconds < 1 ? "now" : span_in_words(std::floor(seconds));
}

// "3 s" for what was not measured now would be a lie.
std::string took(const Outcome& outcome) {
    return outcome.carried || !outcome.finished || outcome.attempts == 0
               ? "-"
               : span_in_words(outcome.seconds);
}

std::string coloured_line(const std::string& line) {
    for (const auto& [word, colour] : k_colours) {
        if (line.starts_with(std::string{word} + " ")) {
            return fmt::format("{}{}\x1b[0m{}", colour, word,
                               line.substr(word.size()));
        }
    }
    return line;
}

text::Table table_of(const std::vector<Outcome>& outcomes, const Trend& trend) {
    text::Table table;
    table.column("STATE").column("CHECK").column("SINCE", text::Align::right);
    table.column("TOOK", text::Align::right);
    if (trend) {
        table.column("LATELY");
    }
    table.column("MESSAGE");
    for (const Outcome* outcome : worst_first(outcomes)) {
        std::vector<std::string> cells{
            std::string{word_of(*outcome)}, outcome->check->name,
            since_in_words(*outcome), took(*outcome)};
        if (trend) {
            cells.push_back(trend(*outcome));
        }
        cells.push_back(outcome->message);
        table.row(std::move(cells));
    }
    return table;
}

}  // namespace

std::string coloured(const std::string& lines) {
    auto parts = text::split(lines, '\n');
    for (std::string& line : parts) {
        line = coloured_line(line);
    }
    return text::join(parts, "\n");
}

std::string results_table(const std::vector<Outcome>& outcomes,
                          const Summary& summary, const Terminal& terminal,
                          const Trend& trend) {
    auto lines = text::split(table_of(outcomes, trend).str(), '\n');
    for (std::string& line : lines) {
        line = fitted(line, terminal.columns);
    }
    std::string text = text::join(lines, "\n");
    text += summary.counts() + "\n";
    if (summary.unfinished > 0) {
        text += "partial: " + summary.shortfall() + "\n";
    }
    return terminal.colours ? coloured(text) : text;
}

}  // namespace lark_batch::healthcheck
