// One line: fields between tabs, "\t", "\n", "\r" and "\\" escaped.
//
//   1 RUN JOB { c METRIC VALUE LABELS
//             | h METRIC SUM N BOUND*N COUNT*(N+1) LABELS } end
//
// LABELS is the key of labels.hpp.
#include <fmt/format.h>

#include <cmath>

#include "lib/errors/error.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/metrics/numbers.hpp"

namespace lark_batch::metrics {

namespace {

[[noreturn]] void damaged(std::string_view what) {
    throw errors::Error{
        errors::Kind::config,
        fmt::format("a line of the metrics spool is damaged: {}", what)};
}

constexpr std::string_view k_escaped = "\t\n\r\\";
constexpr std::string_view k_letters = "tnr\\";

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto at = k_escaped.find(c);
        if (at == std::string_view::npos) {
            out += c;
        } else {
            out += '\\';
            out += k_letters[at];
        }
    }
    return out;
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const auto at = ++i < text.size() ? k_letters.find(text[i])
                                          : std::string_view::npos;
        if (at == std::string_view::npos) {
            damaged("an unknown escape");
        }
        out += k_escaped[at];
    }
    return out;
}

class Fields {
public:
    explicit Fields(std::string_view line) : m_rest(line) {}

    std::string_view raw() {
        if (m_over) {
            damaged("it ends too early");
        }
        const auto tab = m_rest.find('\t');
        const auto field = m_rest.substr(0, tab);
        m_over = tab == std::string_view::npos;
        m_rest = m_over ? std::string_view{} : m_rest.substr(tab + 1);
        return field;
    }

    std::string text() { return unescape(raw()); }

    double amount() {
        const auto value = parse_number(raw());
        if (!value || !std::isfinite(*value) || *value < 0) {
            damaged("not an amount");
        }
        return *value;
    }

    // Grows with the fields that are there, not with the number announced.
    std::vector<double> amounts(double count) {
        std::vector<double> all;
        while (static_cast<double>(all.size()) < count) {
            all.push_back(amount());
        }
        return all;
    }

    bool over() const { return m_over; }

private:
    std::string_view m_rest;
    bool m_over = false;
};

void read_counter(Fields& fields, Totals& totals) {
    CounterTotal total;
    total.metric = fields.text();
    total.value = fields.amount();
    const auto key = fields.text();
    add_stored(totals, std::move(total), key);
}

void read_histogram(Fields& fields, Totals& totals) {
    HistogramTotal total;
    total.metric = fields.text();
    total.sum = fields.amount();
    const double size = fields.amount();
    total.bounds = fields.amounts(size);
    total.counts = fields.amounts(size + 1);
    const auto key = fields.text();
    add_stored(totals, std::move(total), key);
}

}  // namespace

std::string serialize(const SpoolRecord& record) {
    auto line =
        fmt::format("1\t{}\t{}", escape(record.run_id), escape(record.job));
    for (const auto& total : record.totals.counters) {
        line += fmt::format("\tc\t{}\t{}\t{}", escape(total.metric),
                            format_number(total.value),
                            escape(labels_key(total.labels)));
    }
    for (const auto& total : record.totals.histograms) {
        line += fmt::format("\th\t{}\t{}\t{}", escape(total.metric),
                            format_number(total.sum), total.bounds.size());
        for (const double bound : total.bounds) {
            line += '\t' + format_number(bound);
        }
        for (const double count : total.counts) {
            line += '\t' + format_number(count);
        }
        line += '\t' + escape(labels_key(total.labels));
    }
    return line + "\tend";
}

SpoolRecord parse_spool_record(std::string_view line) {
    Fields fields{line};
    if (fields.raw() != "1") {
        damaged("an unknown version");
    }
    SpoolRecord record;
    record.run_id = fields.text();
    record.job = fields.text();
    for (auto kind = fields.raw(); kind != "end"; kind = fields.raw()) {
        if (kind == "c") {
            read_counter(fields, record.totals);
        } else if (kind == "h") {
            read_histogram(fields, record.totals);
        } else {
            damaged("neither counter nor histogram");
        }
    }
    if (!fields.over()) {
        damaged("something follows its end");
    }
    return record;
}

}  // namespace lark_batch::metrics
