#include "tools/lark-healthcheck/answer/answer_plugin.hpp"

#include <fmt/format.h>

#include <cmath>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"

namespace lark_batch::healthcheck {

namespace {

using Sorted = std::vector<const Outcome*>;

// Bytes. Nagios reads 8 KiB; the words come first, so that they are what it
// keeps.
constexpr std::size_t k_head = 600;
constexpr std::size_t k_message_in_head = 160;
constexpr std::size_t k_line = 1'000;
constexpr std::size_t k_data_in_head = 4'000;

// The bar is where performance data begins.
std::string safe(std::string_view text, std::size_t limit) {
    return text::replace_all(text::excerpt(text, limit), '|', '/');
}

// "'disk free'": a quote in it is doubled, an equals sign would end it.
std::string quoted_label(const std::string& text) {
    std::string label = "'";
    for (const char c : safe(text::replace_all(text, '=', '_'), k_line)) {
        label += c == '\'' ? "''" : std::string(1, c);
    }
    return label + "'";
}

std::string limit_of(const std::optional<double>& bound) {
    return bound ? plain_number(*bound) : "";
}

std::string datum(const Measurement& one, const std::string& label) {
    std::string text = fmt::format(
        "{}={};{};{};{};{}", quoted_label(label),
        // "U": there is a value, but it is not known.
        std::isfinite(one.value) ? plain_number(one.value) + one.unit : "U",
        one.limits.warn.str(), one.limits.crit.str(), limit_of(one.least),
        limit_of(one.most));
    text.erase(text.find_last_not_of(';') + 1);
    return text;
}

std::vector<std::string> data_of(const std::vector<Outcome>& outcomes) {
    std::vector<std::string> data;
    for (const Outcome& outcome : outcomes) {
        if (outcome.skipped() || !outcome.finished) {
            continue;
        }
        const std::string prefix =
            outcomes.size() == 1 ? "" : outcome.check->name + " ";
        for (const Measurement& one : outcome.measurements) {
            data.push_back(datum(one, prefix + one.label));
        }
    }
    return data;
}

bool is_trouble(const Outcome& outcome) {
    return !outcome.skipped() && outcome.finished && outcome.state != State::ok;
}

std::string troubles(const Sorted& sorted) {
    std::string text;
    std::size_t told = 0;
    std::size_t all = 0;
    for (const Outcome* outcome : sorted) {
        if (!is_trouble(*outcome)) {
            continue;
        }
        ++all;
        if (text.size() < k_head) {
            ++told;
            text += (text.empty() ? "" : ", ") + outcome->check->name + " (" +
                    text::excerpt(outcome->message, k_message_in_head) + ")";
        }
    }
    if (all == 0) {
        return {};
    }
    const std::string rest =
        all > told ? fmt::format(", and {} more", all - told) : "";
    return fmt::format("{} of {} checks: {}{}", all, sorted.size(), text, rest);
}

std::string head_of_one(const Outcome& outcome) {
    return outcome.message.empty() ? outcome.check->name : outcome.message;
}

std::string head_of(const Sorted& sorted, const Summary& summary) {
    if (sorted.size() == 1) {
        return head_of_one(*sorted.front());
    }
    std::string text = summary.shortfall();
    const std::string trouble = troubles(sorted);
    text += (text.empty() || trouble.empty() ? "" : "; ") + trouble;
    if (text.empty()) {
        text = fmt::format("{} checks", sorted.size());
    }
    if (summary.skipped > 0) {
        text += fmt::format("; {} skipped", summary.skipped);
    }
    return text;
}

// What does not fit the first line follows the last one.
struct Data {
    std::string first;
    std::string rest;
};

Data divided(const std::vector<std::string>& data) {
    Data parts;
    for (const std::string& one : data) {
        if (parts.rest.empty() &&
            parts.first.size() + one.size() < k_data_in_head) {
            parts.first += (parts.first.empty() ? "" : " ") + one;
        } else {
            parts.rest += (parts.rest.empty() ? "" : "\n") + one;
        }
    }
    return parts;
}

std::string line_of(const Outcome& outcome) {
    return safe(
        fmt::format("{} {}{}{}", word_of(outcome), outcome.check->name,
                    outcome.message.empty() ? "" : ": ", outcome.message),
        k_line);
}

}  // namespace

std::string plugin_line(State state, const std::string& text) {
    return fmt::format("{}: {}", word_of(state), safe(text, 2 * k_head));
}

std::string plugin_lines(const std::vector<Outcome>& outcomes,
                         const Summary& summary) {
    const Sorted sorted = worst_first(outcomes);
    const Data data = divided(data_of(outcomes));
    std::string text = plugin_line(summary.worst(), head_of(sorted, summary));
    text += data.first.empty() ? "" : " | " + data.first;
    if (outcomes.size() > 1) {
        for (const Outcome* outcome : sorted) {
            text += "\n" + line_of(*outcome);
        }
    }
    text += data.rest.empty() ? "" : " | " + data.rest;
    return text + "\n";
}

}  // namespace lark_batch::healthcheck
