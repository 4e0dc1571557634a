#include "tools/lark-healthcheck/kinds/promql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/check.hpp"

namespace lark_batch::healthcheck {

namespace {

State judged(double value, const Threshold& limits) {
    if (limits.crit.alerts(value)) {
        return State::critical;
    }
    return limits.warn.alerts(value) ? State::warning : State::ok;
}

// The first of those in the worst state.
struct Worst {
    const QuerySample* sample = nullptr;
    State state = State::ok;
    std::size_t count = 0;  // in that state
};

Worst worst_of(const std::vector<QuerySample>& samples,
               const Threshold& limits) {
    Worst worst;
    for (const QuerySample& sample : samples) {
        const State state = judged(sample.value, limits);
        if (worst.sample == nullptr || state > worst.state) {
            worst = {&sample, state, 0};
        }
        worst.count += state == worst.state ? 1 : 0;
    }
    return worst;
}

std::string told(const Worst& worst, std::size_t all) {
    SeriesLabels labels = worst.sample->labels;
    std::string name;
    std::erase_if(labels, [&name](const auto& label) {
        const bool is_name = label.first == "__name__";
        name = is_name ? label.second : name;
        return is_name;
    });
    const std::string series = to_text(name, labels);
    std::string text =
        series.empty() ? fmt::format("value {:g}", worst.sample->value)
                       : fmt::format("{} is {:g}", series, worst.sample->value);
    if (all > 1 && worst.state != State::ok) {
        text += fmt::format(", {} of {} series", worst.count, all);
    }
    return text;
}

}  // namespace

void Promql::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    set.add("query", m_query)
        .help("PromQL that yields a vector or a number")
        .placeholder("PROMQL")
        .sample("max(queue_depth)")
        .required();
    set.add("url", m_url)
        .help(
            "the Prometheus that is asked; healthcheck.prometheus_url if "
            "empty")
        .check([](const std::string& value) {
            return value.empty() ? std::nullopt : check_url(value);
        })
        .placeholder("URL");
    set.add("empty", m_empty)
        .help("what it is when there is no value, or NaN")
        .choices({"ok", "warning", "critical", "unknown"})
        .placeholder("STATE");
    m_access.declare(set, check);
    set.after_loading([this] {
        config::drop_last_slashes(m_url);
        return config::Found{};
    });
}

std::string Promql::describe() const {
    return fmt::format("asks Prometheus for {}", text::excerpt(m_query, 200));
}

http::Request Promql::request(const Surroundings& around) const {
    http::Request request = m_access.request("");
    ask_instant_query(request, m_url.empty() ? around.prometheus_url : m_url,
                      m_query);
    return request;
}

Finding Promql::judge(http::Response&& response) const {
    if (!response.answered()) {
        return unanswered(response);
    }
    std::vector<QuerySample> samples = read_query_answer(response);
    const std::size_t all = samples.size();
    std::erase_if(samples, [](const QuerySample& sample) {
        return std::isnan(sample.value);
    });
    Finding finding;
    const State absent = *state_of(m_empty);
    if (all == 0) {
        finding.note(absent, "the query yields nothing");
    } else if (samples.size() < all) {
        finding.note(absent, fmt::format("{} of {} values are NaN",
                                         all - samples.size(), all));
    }
    judge_values(samples, finding);
    finding.measure({"series", static_cast<double>(all), ""});
    return finding;
}

void Promql::judge_values(const std::vector<QuerySample>& samples,
                          Finding& finding) const {
    if (samples.empty()) {
        return;
    }
    const Threshold limits = m_check->value.parsed();
    const Worst worst = worst_of(samples, limits);
    const std::string text = told(worst, samples.size());
    if (worst.state == State::ok) {
        finding.ok(samples.size() == 1 ? text
                                       : fmt::format("{} series, the first: {}",
                                                     samples.size(), text));
    }
    finding.measure({"value", worst.sample->value, "", limits}, text);
}

}  // namespace lark_batch::healthcheck
