#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>

#include "lib/errors/error.hpp"
#include "lib/metrics/snapshot.hpp"

namespace lark_batch::metrics {

namespace {

[[noreturn]] void refuse(const std::string& metric) {
    throw errors::Error{errors::Kind::bug,
                        fmt::format("'{}' cannot be pushed", metric)};
}

// prometheus-cpp drops negative amounts without a word, and checks bounds
// only in its debug build: so both are checked here.
void require_amount(const std::string& metric, double value) {
    if (!std::isfinite(value) || value < 0) {
        refuse(metric);
    }
}

const Family& family_of(const std::string& metric, Type type,
                        const Labels& labels) {
    const auto* family = find_family(metric);
    if (family == nullptr || family->type != type) {
        refuse(metric);
    }
    check_labels(*family, labels);
    return *family;
}

prometheus::Labels to_map(const Labels& labels) {
    return {labels.begin(), labels.end()};
}

void fill(prometheus::Registry& registry, const CounterTotal& total) {
    const auto& family = family_of(total.metric, Type::counter, total.labels);
    require_amount(total.metric, total.value);
    prometheus::BuildCounter()
        .Name(total.metric)
        .Help(std::string{family.help})
        .Register(registry)
        .Add(to_map(total.labels))
        .Increment(total.value);
}

void fill(prometheus::Registry& registry, const HistogramTotal& total) {
    const auto& family = family_of(total.metric, Type::histogram, total.labels);
    if (!std::ranges::equal(total.bounds, family.bounds) ||
        total.counts.size() != total.bounds.size() + 1) {
        refuse(total.metric);
    }
    require_amount(total.metric, total.sum);
    for (const double count : total.counts) {
        require_amount(total.metric, count);
    }
    prometheus::BuildHistogram()
        .Name(total.metric)
        .Help(std::string{family.help})
        .Register(registry)
        .Add(to_map(total.labels), total.bounds)
        .ObserveMultiple(total.counts, total.sum);
}

void fill(prometheus::Registry& registry, const Gauge& gauge) {
    const auto& family = family_of(gauge.metric, Type::gauge, gauge.labels);
    prometheus::BuildGauge()
        .Name(gauge.metric)
        .Help(std::string{family.help})
        .Register(registry)
        .Add(to_map(gauge.labels))
        .Set(gauge.value);
}

// The registry keeps hash maps; a stable order makes texts comparable.
void sort(std::vector<prometheus::MetricFamily>& families) {
    const auto label_order = [](const prometheus::ClientMetric& a,
                                const prometheus::ClientMetric& b) {
        return a.label < b.label;
    };
    for (auto& family : families) {
        std::ranges::sort(family.metric, label_order);
    }
    std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
}

}  // namespace

std::string exposition(std::span<const CounterTotal> counters,
                       std::span<const HistogramTotal> histograms,
                       std::span<const Gauge> gauges) {
    prometheus::Registry registry;
    for (const auto& total : counters) {
        fill(registry, total);
    }
    for (const auto& total : histograms) {
        fill(registry, total);
    }
    for (const auto& gauge : gauges) {
        fill(registry, gauge);
    }
    auto families = registry.Collect();
    sort(families);
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace lark_batch::metrics
