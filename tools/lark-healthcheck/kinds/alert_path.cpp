#include "tools/lark-healthcheck/kinds/alert_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/config/checks.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"
#include "tools/lark-healthcheck/web/alertmanager_api.hpp"
#include "tools/lark-healthcheck/web/prometheus_api.hpp"
#include "tools/lark-healthcheck/web/web_access.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Duration;

constexpr std::string_view k_metric =
    "lark_healthcheck_canary_timestamp_seconds";
// Groups of lark-cleanup's are those of its programs only: this one stays.
constexpr std::string_view k_job = "lark-healthcheck-canary";
// Nobody scrapes less often than that.
constexpr double k_longest_interval = 60;
constexpr Duration k_look_again{250};

double now_in_seconds() {
    return clock::unix_seconds(clock::system_clock().now());
}

double seconds(text::Milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::optional<std::string> check_base(const std::string& value) {
    return value.empty() ? std::nullopt : config::check_web_address(value);
}

std::string base_of(const std::string& own, const std::string& usual) {
    std::string base = own.empty() ? usual : own;
    config::drop_last_slashes(base);
    return base;
}

std::optional<double> canary_in(const std::string& metrics,
                                const std::string& name) {
    Exposition exposition{metrics};
    const std::pair<std::string, std::string> wanted{"canary", name};
    while (const auto sample = exposition.next()) {
        if (sample->name != k_metric) {
            continue;
        }
        const SeriesLabels labels = parse_labels(sample->labels);
        if (std::ranges::find(labels, wanted) != labels.end()) {
            return sample->value;
        }
    }
    return std::nullopt;
}

}  // namespace

// Each step throws or fails with a message that begins with its place.
struct AlertPath::Look {
    Look(const AlertPath& path, const Surroundings& surroundings,
         const clock::Deadline& time)
        : kind(path),
          around(surroundings),
          deadline(time),
          client(client_settings(surroundings)) {}

    Finding all();
    http::Request to_gateway(const std::string& path) const;
    std::optional<double> pushed_before();
    void push();
    std::optional<double> scraped();
    std::optional<double> awaited();
    bool judge_canary();
    bool judge_rule();
    void judge_alertmanager();

    const AlertPath& kind;
    const Surroundings& around;
    const clock::Deadline& deadline;
    http::Client client;
    std::optional<double> before;  // the canary that was there
    double pushed = 0;             // ours
    Finding finding;
};

http::Request AlertPath::Look::to_gateway(const std::string& path) const {
    const auto& own = around.settings->pushgateway;
    http::Request request;
    request.url = base_of(kind.m_push_to, own.url) + path;
    if (kind.m_push_to.empty() && !own.user.empty() && !own.password.empty()) {
        request.headers.emplace_back(
            "Authorization", basic_authorization(own.user, own.password));
    }
    return request;
}

std::optional<double> AlertPath::Look::pushed_before() {
    const http::Response response =
        ask(client, to_gateway("/metrics"), deadline, "the Pushgateway");
    if (response.status != 200) {
        return std::nullopt;  // the push will say why
    }
    try {
        return canary_in(response.body, kind.m_canary);
    } catch (const errors::Error& error) {
        throw errors::Error{
            errors::Kind::failed,
            fmt::format("the Pushgateway's metrics: {}", error.what())};
    }
}

void AlertPath::Look::push() {
    // Whole milliseconds survive the way there and back.
    pushed = std::round(now_in_seconds() * 1e3) / 1e3;
    http::Request request = to_gateway(
        fmt::format("/metrics/job/{}/canary/{}", k_job, kind.m_canary));
    request.method = "PUT";
    request.headers.emplace_back("Content-Type", "text/plain; version=0.0.4");
    request.body =
        fmt::format("# TYPE {0} gauge\n{0} {1:.3f}\n", k_metric, pushed);
    const http::Response response =
        ask(client, std::move(request), deadline, "the Pushgateway");
    if (response.status != 200 && response.status != 202) {
        throw errors::Error{
            errors::Kind::failed,
            fmt::format("the Pushgateway refuses the canary: status {}",
                        response.status)};
    }
}

// The newest of the last day: an instant query forgets after five minutes.
std::optional<double> AlertPath::Look::scraped() {
    http::Request request;
    ask_instant_query(request, base_of(kind.m_query_at, around.prometheus_url),
                      fmt::format("max(max_over_time({}{{canary=\"{}\"}}[1d]))",
                                  k_metric, kind.m_canary));
    const auto samples = read_query_answer(
        ask(client, std::move(request), deadline, "Prometheus"));
    return samples.empty() ? std::nullopt
                           : std::optional{samples.front().value};
}

// The canary just pushed, or what there is at the end of the wait.
std::optional<double> AlertPath::Look::awaited() {
    const clock::Deadline end{clock::system_clock(),
                              deadline.at_most(kind.m_wait) * 9 / 10};
    auto seen = scraped();
    while (kind.m_wait.count() > 0 && seen.value_or(0) < pushed - 0.0005 &&
           !end.passed()) {
        clock::system_clock().sleep(end.at_most(k_look_again));
        seen = scraped();
    }
    return seen;
}

bool AlertPath::Look::judge_canary() {
    const auto seen = awaited();
    if (!seen) {
        const bool had_time =
            kind.m_wait.count() > 0 ||
            (before && now_in_seconds() - *before > k_longest_interval);
        finding.note(had_time ? State::critical : State::warning,
                     had_time ? "Prometheus has never scraped the canary: is "
                                "the Pushgateway among its targets?"
                              : "no canary seen yet");
        return !had_time;
    }
    const double age = now_in_seconds() - *seen;
    if (kind.m_wait.count() > 0 && *seen < pushed - 0.0005) {
        finding.fail(fmt::format(
            "Prometheus did not scrape the canary within {}, the last one {} "
            "ago",
            text::format_duration(kind.m_wait), span_in_words(age)));
    } else if (age > seconds(kind.m_max_age)) {
        finding.fail(fmt::format(
            "Prometheus scraped the last canary {} ago, at most {} is wanted",
            span_in_words(age), text::format_duration(kind.m_max_age)));
    }
    finding.measure({"canary_age", std::max(0.0, age), "s"});
    return finding.state == State::ok;
}

bool AlertPath::Look::judge_rule() {
    http::Request request;
    request.url =
        base_of(kind.m_query_at, around.prometheus_url) + "/api/v1/alerts";
    const auto state = read_alert_state(
        ask(client, std::move(request), deadline, "Prometheus"),
        kind.m_alertname);
    if (state == "firing") {
        return true;
    }
    finding.fail(
        state
            ? fmt::format("Prometheus: alert '{}' is {}, not firing",
                          kind.m_alertname, text::excerpt(*state, 20))
            : fmt::format("Prometheus does not fire '{}': is its rule loaded?",
                          kind.m_alertname));
    return false;
}

void AlertPath::Look::judge_alertmanager() {
    http::Request request;
    request.url = alerts_url(base_of(kind.m_alerts_at, around.alertmanager_url),
                             kind.m_alertname);
    const auto alert = read_known_alert(
        ask(client, std::move(request), deadline, "Alertmanager"));
    if (!alert) {
        finding.fail(fmt::format(
            "Alertmanager does not know '{}': does Prometheus send to it?",
            kind.m_alertname));
        return;
    }
    const double age =
        now_in_seconds() - clock::unix_seconds(alert->updated_at);
    if (age > seconds(kind.m_max_age)) {
        finding.fail(fmt::format(
            "Alertmanager heard of '{}' {} ago, at most {} is wanted",
            kind.m_alertname, span_in_words(age),
            text::format_duration(kind.m_max_age)));
    } else if (!alert->active) {
        finding.note(State::warning,
                     fmt::format("Alertmanager has '{}' silenced or inhibited",
                                 kind.m_alertname));
    }
    finding.measure({"alert_age", std::max(0.0, age), "s"});
}

Finding AlertPath::Look::all() {
    before = pushed_before();
    push();
    if (judge_canary() && judge_rule()) {
        judge_alertmanager();
    }
    if (finding.state == State::ok) {
        finding.ok("canary pushed and scraped, '" + kind.m_alertname +
                   "' known to Alertmanager");
    }
    return std::move(finding);
}

void AlertPath::declare_places(config::OptionSet& set) {
    set.add("push-to", m_push_to)
        .help("the Pushgateway; that of [pushgateway] if empty")
        .check(check_base)
        .placeholder("URL");
    set.add("query-at", m_query_at)
        .help("the Prometheus; healthcheck.prometheus_url if empty")
        .check(check_base)
        .placeholder("URL");
    set.add("alerts-at", m_alerts_at)
        .help("the Alertmanager; healthcheck.alertmanager_url if empty")
        .check(check_base)
        .placeholder("URL");
}

void AlertPath::declare(config::OptionSet& set, const Check&) {
    declare_places(set);
    set.add("canary", m_canary)
        .help("tells the canaries of one Prometheus apart")
        .check(config::check_name)
        .placeholder("NAME");
    set.add("alertname", m_alertname)
        .help("an alert that always fires")
        .placeholder("NAME");
    set.add("max-age", m_max_age)
        .help(
            "how old the last scraped canary, and Alertmanager's last word "
            "of the alert, may be")
        .range(text::Milliseconds{1'000}, std::chrono::hours{24})
        .placeholder("DURATION");
    set.add("wait", m_wait)
        .help("wait so long until the very canary is scraped")
        .range(text::Milliseconds{0}, std::chrono::hours{1})
        .placeholder("DURATION");
}

std::string AlertPath::describe() const {
    return fmt::format(
        "pushes a canary, looks whether Prometheus scrapes it and fires '{}', "
        "and whether Alertmanager knows",
        m_alertname);
}

Finding AlertPath::probe(const Surroundings& around,
                         const clock::Deadline& deadline) const {
    return Look{*this, around, deadline}.all();
}

}  // namespace lark_batch::healthcheck
