#include "tools/lark-healthcheck/kinds/perfdata.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_most = 50;
constexpr std::size_t k_longest_line = 300;
constexpr std::size_t k_longest_label = 60;

struct Unit {
    std::string_view written;
    double factor;
    std::string_view base;
};

constexpr double k_kilo = 1024;
constexpr auto k_units = std::to_array<Unit>({
    {"", 1, ""},
    {"s", 1, "s"},
    {"ms", 1e-3, "s"},
    {"us", 1e-6, "s"},
    {"%", 1, "%"},
    {"c", 1, "c"},
    {"B", 1, "B"},
    {"KB", k_kilo, "B"},
    {"MB", k_kilo* k_kilo, "B"},
    {"GB", k_kilo* k_kilo* k_kilo, "B"},
    {"TB", k_kilo* k_kilo* k_kilo* k_kilo, "B"},
});

bool is_plain(const std::string& label) {
    return !label.empty() && label.size() <= 40 && label[0] >= 'a' &&
           label[0] <= 'z' && std::ranges::all_of(label, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

// Takes 'a label' or label off the front, with the '=' behind it; nothing for
// a word without one, which is taken off, too.
std::optional<std::string> take_label(std::string_view& rest) {
    std::string label;
    std::size_t at = 0;
    if (rest.starts_with('\'')) {
        // A quote within is written twice.
        for (at = 1; at < rest.size(); ++at) {
            if (rest[at] == '\'' && ++at < rest.size() && rest[at] != '\'') {
                break;
            }
            if (at < rest.size()) {
                label += rest[at];
            }
        }
    } else {
        at = std::min(rest.find_first_of("= "), rest.size());
        label = rest.substr(0, at);
    }
    const bool right = at < rest.size() && rest[at] == '=';
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return right ? std::optional{label} : std::nullopt;
}

std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [stop, fault] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || !std::isfinite(number)) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return number;
}

Range range_of(std::string_view text) {
    try {
        return text.empty() ? Range{} : Range{text};
    } catch (const errors::Error&) {
        return {};  // the plugin has judged itself, this is for readers only
    }
}

std::optional<double> bound_of(std::string_view text, double factor) {
    const auto number = take_number(text);
    return number ? std::optional{*number * factor} : std::nullopt;
}

std::string clean_label(std::string label) {
    label = text::excerpt(label, k_longest_label);
    std::ranges::replace_if(
        label, [](char c) { return c == '=' || c == '\'' || c == '"'; }, '_');
    // Every check has a time of its own.
    return label == "time" ? "plugin_time" : label;
}

// "12ms;100;200;0;"
std::optional<Measurement> measurement(const std::string& label,
                                       std::string_view values) {
    const auto fields = text::split(values, ';');
    std::string_view first = fields.front();
    const auto number = take_number(first);
    const auto* const unit = std::ranges::find(k_units, first, &Unit::written);
    if (label.empty() || !number || unit == k_units.end()) {
        return std::nullopt;
    }
    const auto field = [&](std::size_t at) {
        return at < fields.size() ? std::string_view{fields[at]} : "";
    };
    Measurement measured;
    measured.label = clean_label(label);
    measured.value = *number * unit->factor;
    measured.unit = unit->base;
    if (unit->factor == 1) {
        measured.limits = {range_of(field(1)), range_of(field(2))};
    }
    measured.least = bound_of(field(3), unit->factor);
    measured.most = bound_of(field(4), unit->factor);
    measured.exported = is_plain(measured.label);
    return measured;
}

void add_measurements(std::string_view data, std::vector<Measurement>& all) {
    while (all.size() < k_most) {
        const auto start = data.find_first_not_of(" \t\r\n");
        if (start == std::string_view::npos) {
            return;
        }
        data.remove_prefix(start);
        const auto label = take_label(data);
        if (!label) {
            continue;
        }
        const auto end = std::min(data.find_first_of(" \t\r\n"), data.size());
        auto measured = measurement(*label, data.substr(0, end));
        const bool known =
            measured && std::ranges::find(all, measured->label,
                                          &Measurement::label) != all.end();
        if (measured && !known) {
            all.push_back(std::move(*measured));
        }
        data.remove_prefix(end);
    }
}

}  // namespace

// A first line with its data, then lines of text, and data again behind the
// first '|' among them.
PluginOutput read_plugin_output(std::string_view output) {
    const auto line = output.substr(0, output.find('\n'));
    const auto bar = line.find('|');
    PluginOutput read;
    read.line = text::excerpt(text::trim(line.substr(0, bar)), k_longest_line);
    if (bar != std::string_view::npos) {
        add_measurements(line.substr(bar + 1), read.measurements);
    }
    const auto more = output.substr(line.size());
    const auto second = more.find('|');
    if (second != std::string_view::npos) {
        add_measurements(more.substr(second + 1), read.measurements);
    }
    return read;
}

}  // namespace lark_batch::healthcheck
