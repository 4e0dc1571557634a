#include "lib/metrics/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

using errors::Error;
using errors::Kind;

// Nothing when this release has no such total.
const Family* known(std::string_view metric, Type type) {
    const Family* family = find_family(metric);
    const bool fits =
        family != nullptr && family->type == type && family->accumulated;
    return fits ? family : nullptr;
}

void require(bool condition, const std::string& metric) {
    if (!condition) {
        throw Error{Kind::config,
                    fmt::format("a stored total of '{}' is damaged", metric)};
    }
}

bool is_amount(double value) {
    return std::isfinite(value) && value >= 0;
}

bool rising(const std::vector<double>& bounds) {
    return std::ranges::adjacent_find(bounds, std::greater_equal{}) ==
           bounds.end();
}

}  // namespace

bool add_stored(Totals& totals, CounterTotal row, std::string_view labels_key) {
    require(is_amount(row.value), row.metric);
    const Family* family = known(row.metric, Type::counter);
    if (family == nullptr) {
        return false;
    }
    row.labels = parse_labels_key(*family, labels_key);
    totals.counters.push_back(std::move(row));
    return true;
}

bool add_stored(Totals& totals, HistogramTotal row,
                std::string_view labels_key) {
    require(is_amount(row.sum) && std::ranges::all_of(row.counts, is_amount) &&
                rising(row.bounds) &&
                row.counts.size() == row.bounds.size() + 1,
            row.metric);
    const Family* family = known(row.metric, Type::histogram);
    if (family == nullptr) {
        return false;
    }
    row.labels = parse_labels_key(*family, labels_key);
    totals.histograms.push_back(std::move(row));
    return true;
}

Gauge gauge(const Family& family, Labels labels, double value) {
    check_labels(family, labels);
    if (family.type != Type::gauge || std::isnan(value)) {
        throw Error{Kind::bug,
                    fmt::format("'{}' cannot be {}", family.name, value)};
    }
    return {std::string{family.name}, std::move(labels), value};
}

}  // namespace lark_batch::metrics
