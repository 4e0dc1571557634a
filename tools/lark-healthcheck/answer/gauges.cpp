#include "tools/lark-healthcheck/answer/gauges.hpp"

#include <cmath>
#include <set>

#include "lib/metrics/names.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

using Gauges = std::vector<metrics::Gauge>;

// What a label may hold, see lib/metrics/labels.hpp, less "...".
constexpr std::size_t k_longest_label = 200 - 3;

std::string joined(const std::vector<std::string>& parts) {
    return text::excerpt(text::join(parts, ","), k_longest_label);
}

void add(Gauges& gauges, const metrics::Family& family, const Outcome& outcome,
         double value) {
    gauges.push_back(
        metrics::gauge(family, {{"check", outcome.check->name}}, value));
}

void add_configured(Gauges& gauges, const Outcome& outcome) {
    const Check& check = *outcome.check;
    gauges.push_back(metrics::gauge(metrics::k_check_info,
                                    {{"check", check.name},
                                     {"kind", check.kind},
                                     {"groups", joined(check.groups)},
                                     {"labels", joined(check.labels)}},
                                    1));
}

// What nobody set a limit for is in the answer and its history.
bool is_pushed(const Measurement& one) {
    const bool limited = !one.limits.warn.empty() || !one.limits.crit.empty();
    return one.exported && limited && std::isfinite(one.value);
}

void add_values(Gauges& gauges, const Outcome& outcome) {
    std::set<std::string> labels{"time"};
    for (const Measurement& one : outcome.measurements) {
        const std::string label = text::excerpt(one.label, k_longest_label);
        if (is_pushed(one) && !label.empty() && labels.insert(label).second) {
            gauges.push_back(metrics::gauge(
                metrics::k_check_value,
                {{"check", outcome.check->name}, {"measure", label}},
                one.value));
        }
    }
}

void add_found(Gauges& gauges, const Outcome& outcome) {
    const State state = *outcome.state;
    const bool works = state == State::ok || state == State::warning;
    add(gauges, metrics::k_check_success, outcome, works ? 1 : 0);
    add(gauges, metrics::k_check_state, outcome, static_cast<int>(state));
    add(gauges, metrics::k_check_duration, outcome, outcome.seconds);
    if (outcome.certificate_expiry) {
        add(gauges, metrics::k_check_certificate, outcome,
            *outcome.certificate_expiry);
    }
    add_values(gauges, outcome);
}

}  // namespace

Gauges gauges_of(const std::vector<Outcome>& outcomes) {
    Gauges gauges;
    for (const Outcome& outcome : outcomes) {
        add_configured(gauges, outcome);
        if (outcome.finished && !outcome.skipped()) {
            add_found(gauges, outcome);
        }
    }
    return gauges;
}

}  // namespace lark_batch::healthcheck
