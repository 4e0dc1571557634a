#include "lib/metrics/last_pushed.hpp"

#include <fmt/format.h>

#include <cmath>

#include "lib/metrics/numbers.hpp"

namespace lark_batch::metrics {

namespace {

// Label values hold no control characters, so tabs and newlines separate.
std::string series(const std::string& metric, const Labels& labels) {
    return metric + '\t' + labels_key(labels);
}

void note(LastPushed& pushed, const HistogramTotal& total) {
    auto layout = series(total.metric, total.labels);
    for (const double bound : total.bounds) {
        layout += ' ' + format_number(bound);
    }
    for (std::size_t i = 0; i < total.counts.size(); ++i) {
        pushed.values[fmt::format("{} #{}", layout, i)] = total.counts[i];
    }
    pushed.values[layout + " sum"] = total.sum;
}

void note_line(LastPushed& pushed, std::string_view line) {
    const auto tab = line.find('\t');
    const auto value = parse_number(line.substr(0, tab));
    if (tab != std::string_view::npos && value && std::isfinite(*value)) {
        pushed.values[std::string{line.substr(tab + 1)}] = *value;
    }
}

}  // namespace

LastPushed last_pushed(const Totals& totals) {
    LastPushed pushed;
    for (const auto& total : totals.counters) {
        pushed.values[series(total.metric, total.labels)] = total.value;
    }
    for (const auto& total : totals.histograms) {
        note(pushed, total);
    }
    return pushed;
}

std::string to_text(const LastPushed& pushed) {
    std::string text;
    for (const auto& [key, value] : pushed.values) {
        text += format_number(value) + '\t' + key + '\n';
    }
    return text;
}

LastPushed parse_last_pushed(std::string_view text) {
    LastPushed pushed;
    while (!text.empty()) {
        const auto end = text.find('\n');
        note_line(pushed, text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{}
                                             : text.substr(end + 1);
    }
    return pushed;
}

std::optional<std::string> went_backwards(const LastPushed& last,
                                          const LastPushed& now) {
    for (const auto& [key, value] : last.values) {
        const auto found = now.values.find(key);
        if (found != now.values.end() && found->second < value) {
            return key.substr(0, key.find('\t'));
        }
    }
    return std::nullopt;
}

}  // namespace lark_batch::metrics
