#include "tools/lark-healthcheck/kinds/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/web/exposition.hpp"
#include "tools/lark-healthcheck/web/selector.hpp"

namespace lark_batch::healthcheck {

namespace {

// A wanted series, and whether it has been seen.
struct Wanted {
    explicit Wanted(const std::string& text) : selector(text) {}

    Selector selector;
    bool seen = false;
};

struct Compared {
    explicit Compared(const std::string& text) : comparison(text) {}

    void take(const Sample& sample);
    void report(Finding& finding) const;

    Comparison comparison;
    long long holding = 0;
    long long broken = 0;
    std::string first_broken;
};

void Compared::take(const Sample& sample) {
    if (!comparison.selector().matches(sample)) {
        return;
    }
    if (comparison.holds(sample.value)) {
        ++holding;
    } else if (++broken == 1) {
        first_broken = fmt::format(
            "{} is {}", to_text(sample.name, parse_labels(sample.labels)),
            sample.value);
    }
}

void Compared::report(Finding& finding) const {
    if (holding + broken == 0) {
        finding.fail(
            fmt::format("there is no {}", comparison.selector().text()));
    } else if (comparison.any_is_enough() ? holding == 0 : broken > 0) {
        std::string text =
            fmt::format("{}, expected {}", first_broken, comparison.wish());
        if (broken > 1) {
            text += fmt::format(" ({} of {} series)", broken, holding + broken);
        }
        finding.fail(std::move(text));
    }
}

template <typename Item>
std::vector<Item> all_of(const config::Strings& texts) {
    std::vector<Item> items;
    for (const std::string& text : texts) {
        items.emplace_back(text);
    }
    return items;
}

// Empty when it is one that Prometheus reads, or none is given.
std::string wrong_type(const http::Response& response) {
    const std::string_view type = response.header("content-type");
    if (type.starts_with("application/json") ||
        response.body.starts_with('{')) {
        return "JSON instead of the text format of metrics";
    }
    if (type.empty() || type.starts_with("text/plain") ||
        type.starts_with("application/openmetrics-text")) {
        return {};
    }
    return fmt::format(
        "content type '{}' instead of the text format of metrics",
        text::excerpt(type, 60));
}

}  // namespace

void Metrics::declare(config::OptionSet& set, const Check& check) {
    m_access.max_body = 16u << 20;
    set.add("url", m_url)
        .help("what is asked, with its path")
        .check(check_url)
        .veiled(with_veiled_query)
        .placeholder("URL")
        .sample("http://127.0.0.1:9090/metrics")
        .required();
    m_access.declare(set, check);
    set.add("series", m_series)
        .help("names or selectors of which there must be a sample")
        .check(check_selector)
        .placeholder("SELECTOR")
        .sample("up{job=\"api\"}");
    set.add("compare", m_comparisons)
        .help(
            "'SELECTOR OP NUMBER': what every series of a selector must be; "
            "with 'any' in front, one of them")
        .check(check_comparison)
        .placeholder("COMPARISON")
        .sample("queue_depth{queue=\"mail\"} < 100");
    declare_threshold(set, "samples-", m_samples, "samples in the answer");
}

std::string Metrics::describe() const {
    std::string text =
        fmt::format("reads the metrics at {}", without_query(m_url));
    if (!m_series.empty()) {
        text += ", wants " + text::join(m_series, ", ");
    }
    for (const std::string& comparison : m_comparisons) {
        text += ", expects " + comparison;
    }
    return text;
}

http::Request Metrics::request(const Surroundings&) const {
    http::Request request = m_access.request(m_url);
    request.headers.emplace_back("Accept", "text/plain;version=0.0.4");
    return request;
}

Finding Metrics::judge(http::Response&& response) const {
    if (!response.answered()) {
        return unanswered(response);
    }
    Finding finding;
    if (response.status != 200) {
        finding.fail(fmt::format("status {} instead of 200", response.status));
    } else if (std::string wrong = wrong_type(response); !wrong.empty()) {
        finding.fail(std::move(wrong));
    } else {
        judge_samples(response.body, finding);
    }
    finding.measure({"size", static_cast<double>(response.body.size()), "B"});
    return finding;
}

void Metrics::judge_samples(const std::string& body, Finding& finding) const {
    auto wanted = all_of<Wanted>(m_series);
    auto compared = all_of<Compared>(m_comparisons);
    long long count = 0;
    Exposition exposition{body};
    while (const auto sample = exposition.next()) {
        ++count;
        for (Wanted& each : wanted) {
            each.seen = each.seen || each.selector.matches(*sample);
        }
        for (Compared& each : compared) {
            each.take(*sample);
        }
    }
    for (const Wanted& each : wanted) {
        if (!each.seen) {
            finding.fail(fmt::format("there is no {}", each.selector.text()));
        }
    }
    for (const Compared& each : compared) {
        each.report(finding);
    }
    if (finding.state == State::ok) {
        finding.note(count > 0 ? State::ok : State::warning,
                     fmt::format("{} sample{}", count, count == 1 ? "" : "s"));
    }
    finding.measure(
        {"samples", static_cast<double>(count), "", m_samples.parsed()});
}

}  // namespace lark_batch::healthcheck
