#include "tools/lark-healthcheck/web/exposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::string_view k_blanks = " \t";

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == ':';
}

std::size_t name_length(std::string_view text) {
    const auto* const end = std::ranges::find_if_not(text, is_name_char);
    return static_cast<std::size_t>(end - text.begin());
}

void drop_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(k_blanks), text.size()));
}

// Nothing for a line that is none.
std::optional<Sample> sample_of(std::string_view line) {
    Sample sample;
    sample.name = line.substr(0, name_length(line));
    line.remove_prefix(sample.name.size());
    drop_blanks(line);
    if (line.starts_with('{')) {
        const auto size = end_of_labels(line.substr(1));
        if (!size) {
            return std::nullopt;
        }
        sample.labels = line.substr(1, *size - 1);
        line.remove_prefix(*size + 1);
        drop_blanks(line);
    }
    const auto value =
        parse_value(line.substr(0, line.find_first_of(k_blanks)));
    if (!value || sample.name.empty()) {
        return std::nullopt;
    }
    sample.value = *value;
    return sample;
}

// From the opening quote on; leaves `text` behind the closing one.
std::optional<std::string> take_quoted(std::string_view& text) {
    if (!text.starts_with('"')) {
        return std::nullopt;
    }
    std::string value;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return value;
        }
        const bool escape = text[at] == '\\' && at + 1 < text.size();
        const char c = escape ? text[++at] : text[at];
        value += escape && c == 'n' ? '\n' : c;
    }
    return std::nullopt;
}

}  // namespace

std::optional<double> parse_value(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (text.empty() || stop != end ||
        (fault != std::errc{} && fault != std::errc::result_out_of_range)) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::size_t> end_of_labels(std::string_view text) {
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quoted && text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && text[at] == '}') {
            return at + 1;
        }
    }
    return std::nullopt;
}

std::optional<Sample> Exposition::next() {
    while (!m_rest.empty()) {
        const auto end = std::min(m_rest.find('\n'), m_rest.size());
        const std::string_view line = text::trim(m_rest.substr(0, end));
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
        ++m_line;
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (const auto sample = sample_of(line)) {
            return sample;
        }
        throw errors::Error{errors::Kind::failed,
                            fmt::format("line {} is no sample: '{}'", m_line,
                                        text::excerpt(line, 60))};
    }
    return std::nullopt;
}

SeriesLabels parse_labels(std::string_view text) {
    const auto refuse = [whole = text] {
        throw errors::Error{
            errors::Kind::failed,
            fmt::format("'{}' are no labels", text::excerpt(whole, 60))};
    };
    SeriesLabels labels;
    text = text::trim(text);
    while (!text.empty()) {
        const std::string_view name = text.substr(0, name_length(text));
        text.remove_prefix(name.size());
        drop_blanks(text);
        if (name.empty() || !text.starts_with('=')) {
            refuse();
        }
        text.remove_prefix(1);
        drop_blanks(text);
        auto value = take_quoted(text);
        if (!value) {
            refuse();
        }
        labels.emplace_back(name, *std::move(value));
        drop_blanks(text);
        if (text.starts_with(',')) {
            text.remove_prefix(1);
            drop_blanks(text);
        } else if (!text.empty()) {
            refuse();
        }
    }
    return labels;
}

std::string to_text(std::string_view name, const SeriesLabels& labels) {
    std::string list;
    for (const auto& [label, value] : labels) {
        list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", label,
                            text::excerpt(value, 60));
    }
    return list.empty() ? std::string{name}
                        : fmt::format("{}{{{}}}", name, list);
}

}  // namespace lark_batch::healthcheck
