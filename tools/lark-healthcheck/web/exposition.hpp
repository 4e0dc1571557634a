// Reads what /metrics answers: Prometheus' text format 0.0.4 and OpenMetrics,
// sample by sample and without a copy of the text.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lark_batch::healthcheck {

using SeriesLabels = std::vector<std::pair<std::string, std::string>>;

struct Sample {
    std::string_view name;
    std::string_view labels;  // as written, without the braces
    double value = 0;         // may be NaN or infinite
};

class Exposition {
public:
    // The text must outlive the samples.
    explicit Exposition(std::string_view text) : m_rest(text) {}

    // Nothing at the end. Comments, HELP, TYPE, time stamps and exemplars are
    // passed over. Throws Error(failed) naming the line that is no sample.
    std::optional<Sample> next();

private:
    std::string_view m_rest;
    long long m_line = 0;
};

// Of text between braces, unescaped. Throws Error(failed) when it is none.
SeriesLabels parse_labels(std::string_view text);

// The bytes of a label list up to and with its closing brace, quotes minded;
// nothing when it has no end. `text` begins behind the opening one.
std::optional<std::size_t> end_of_labels(std::string_view text);

// "NaN", "+Inf", "1e3"; nothing for what is no value.
std::optional<double> parse_value(std::string_view text);

// queue_depth{queue="mail"}
std::string to_text(std::string_view name, const SeriesLabels& labels);

}  // namespace lark_batch::healthcheck
