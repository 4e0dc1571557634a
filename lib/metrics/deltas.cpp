#include "lib/metrics/deltas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

void check(const Family& family, Type type, const Labels& labels,
           double number) {
    check_labels(family, labels);
    if (family.type != type || !family.accumulated || !std::isfinite(number) ||
        number < 0) {
        throw errors::Error{
            errors::Kind::bug,
            fmt::format("'{}' cannot take {}", family.name, number)};
    }
}

template <typename Total>
Total* find(std::vector<Total>& totals, const Family& family,
            const Labels& labels) {
    const auto found = std::ranges::find_if(totals, [&](const Total& total) {
        return total.metric == family.name && total.labels == labels;
    });
    return found == totals.end() ? nullptr : &*found;
}

HistogramTotal empty_histogram(const Family& family, const Labels& labels) {
    HistogramTotal total;
    total.metric = family.name;
    total.labels = labels;
    total.bounds.assign(family.bounds.begin(), family.bounds.end());
    total.counts.assign(family.bounds.size() + 1, 0);
    return total;
}

}  // namespace

void Deltas::add(const Family& family, const Labels& labels, double amount) {
    check(family, Type::counter, labels, amount);
    auto* total = find(m_totals.counters, family, labels);
    if (total == nullptr) {
        m_totals.counters.push_back({std::string{family.name}, labels, 0});
        total = &m_totals.counters.back();
    }
    total->value += amount;
}

void Deltas::observe(const Family& family, const Labels& labels,
                     double seconds) {
    check(family, Type::histogram, labels, seconds);
    auto* total = find(m_totals.histograms, family, labels);
    if (total == nullptr) {
        m_totals.histograms.push_back(empty_histogram(family, labels));
        total = &m_totals.histograms.back();
    }
    // Bounds include their own value: le means less or equal.
    const auto bucket = std::ranges::lower_bound(total->bounds, seconds);
    total->counts[static_cast<std::size_t>(bucket - total->bounds.begin())] +=
        1;
    total->sum += seconds;
}

}  // namespace lark_batch::metrics
