#include "bench/figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace lark_batch::bench {

namespace {

using Cells = std::array<std::string, 6>;

std::string number(double value) {
    const bool whole = value == std::floor(value) || std::abs(value) >= 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.3g", value);
    return text.data();
}

std::string shown(const Amount& amount) {
    return number(amount.value) + (amount.unit.empty() ? "" : " ") +
           amount.unit;
}

std::string word(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::over:
            return "OVER";
        case Verdict::not_measured:
            break;
    }
    return "not measured";
}

std::string words(Wanted direction, double limit) {
    return (direction == Wanted::at_most ? "<= " : ">= ") + number(limit);
}

Verdict verdict(double value, Wanted direction, double limit) {
    const bool kept =
        direction == Wanted::at_most ? value <= limit : value >= limit;
    return kept ? Verdict::ok : Verdict::over;
}

std::string line(const Cells& cells, const std::array<std::size_t, 6>& widths) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string gap(widths[i] - cells[i].size() + 2, ' ');
        const bool last = i + 1 == cells.size();
        text += last ? cells[i] : cells[i] + gap;
    }
    return text + "\n";
}

}  // namespace

Figure ratio_figure(const std::string& name, const Amount& measured,
                    const Amount& reference, const Bound& wanted) {
    const double ratio = measured.value / reference.value;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", ratio);
    const std::string aim =
        wanted.aim > 0 ? ", aim " + number(wanted.aim) : std::string{};
    return {name,
            shown(measured),
            shown(reference),
            text.data(),
            words(wanted.direction, wanted.bound) + aim,
            verdict(ratio, wanted.direction, wanted.bound)};
}

Figure limit_figure(const std::string& name, const Amount& measured,
                    Wanted direction, double limit) {
    return {name,
            shown(measured),
            "",
            "",
            words(direction, limit),
            verdict(measured.value, direction, limit)};
}

Figure not_measured(const std::string& name, const std::string& why) {
    return {name, "", why, "", "", Verdict::not_measured};
}

std::string table(const std::vector<Figure>& figures) {
    std::vector<Cells> rows{
        {"figure", "measured", "reference", "ratio", "wanted", ""}};
    for (const Figure& each : figures) {
        rows.push_back({each.name, each.measured, each.reference, each.ratio,
                        each.wanted, word(each.verdict)});
    }
    std::array<std::size_t, 6> widths{};
    for (const Cells& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string text;
    for (const Cells& row : rows) {
        text += line(row, widths);
    }
    return text;
}

bool all_within(const std::vector<Figure>& figures) {
    return std::none_of(figures.begin(), figures.end(), [](const Figure& each) {
        return each.verdict == Verdict::over;
    });
}

double median(std::vector<double> values) {
    const auto middle =
        values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::string spread(const std::string& what,
                   const std::vector<double>& seconds) {
    const auto [least, most] =
        std::minmax_element(seconds.begin(), seconds.end());
    return what + ": " + std::to_string(seconds.size()) + " runs, " +
           number(*least) + " to " + number(*most) + " s";
}

}  // namespace lark_batch::bench
