#include "tools/lark-healthcheck/kinds/pushgateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "lib/config/checks.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"
#include "tools/lark-healthcheck/web/pushed_groups.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::string_view k_who = "the Pushgateway";

void want_success(const http::Response& response, std::string_view what) {
    if (response.status != 200) {
        throw errors::Error{
            errors::Kind::failed,
            fmt::format("{}: status {} instead of 200", what, response.status)};
    }
}

double now_in_seconds() {
    return clock::unix_seconds(clock::system_clock().now());
}

// The last push of any group of the job; 0 for never.
double last_push(const PushedGroups& groups, const std::string& job) {
    double last = 0;
    for (const auto& [labels, group] : groups.by_labels) {
        if (group.job == job) {
            last = std::max(last, group.pushed_at);
        }
    }
    return last;
}

}  // namespace

void Pushgateway::declare(config::OptionSet& set, const Check& check) {
    m_access.max_body = 16u << 20;
    set.add("url", m_url)
        .help("the Pushgateway; that of [pushgateway] if empty")
        .check([](const std::string& value) {
            return value.empty() ? std::nullopt : check_url(value);
        })
        .placeholder("URL");
    m_access.declare(set, check);
    set.add("jobs", m_jobs)
        .help(
            "jobs that must have pushed; with none, every group is looked "
            "at for refused pushes")
        .placeholder("JOB")
        .sample("lark-sync-users");
    declare_threshold(set, "age-", m_age,
                      "seconds since the last push of each of the jobs");
    set.after_loading([this] {
        config::drop_last_slashes(m_url);
        return config::Found{};
    });
}

std::string Pushgateway::describe() const {
    return m_jobs.empty() ? "looks for refused pushes of any job"
                          : fmt::format("looks at the pushes of {}",
                                        text::join(m_jobs, ", "));
}

// The gateway of our own settings has its user there, too.
http::Request Pushgateway::request(const Surroundings& around,
                                   const std::string& path) const {
    const auto& own = around.settings->pushgateway;
    std::string base = m_url.empty() ? own.url : m_url;
    config::drop_last_slashes(base);
    http::Request request = m_access.request(base + path);
    if (m_url.empty() && !own.user.empty() && !own.password.empty()) {
        request.headers.emplace_back(
            "Authorization", basic_authorization(own.user, own.password));
    }
    return request;
}

Finding Pushgateway::probe(const Surroundings& around,
                           const clock::Deadline& deadline) const {
    http::Client client{client_settings(around)};
    want_success(ask(client, request(around, "/-/ready"), deadline, k_who),
                 "the Pushgateway is not ready");
    const http::Response metrics =
        ask(client, request(around, "/metrics"), deadline, k_who);
    want_success(metrics, "its metrics");
    return judge(metrics.body);
}

Finding Pushgateway::judge(const std::string& metrics) const {
    Finding finding;
    const PushedGroups groups = read_groups(metrics);
    judge_refused(groups, finding);
    judge_ages(groups, finding);
    if (finding.state == State::ok) {
        finding.ok(fmt::format("{} group{}", groups.by_labels.size(),
                               groups.by_labels.size() == 1 ? "" : "s"));
    }
    finding.measure(
        {"groups", static_cast<double>(groups.by_labels.size()), ""});
    finding.measure({"refused", groups.refused_requests, "c"});
    return finding;
}

void Pushgateway::judge_refused(const PushedGroups& groups,
                                Finding& finding) const {
    const double now = now_in_seconds();
    for (const auto& [labels, group] : groups.by_labels) {
        const bool wanted =
            m_jobs.empty() ||
            std::ranges::find(m_jobs, group.job) != m_jobs.end();
        if (wanted && group.refused_at > group.pushed_at) {
            finding.fail(fmt::format("the last push of {} was refused, {} ago",
                                     text::excerpt(labels, 120),
                                     span_in_words(now - group.refused_at)));
        }
    }
}

std::string Pushgateway::age_label(const std::string& job) const {
    const std::string plain =
        text::replace_all(text::replace_all(job, '=', '_'), '\'', '_');
    return m_jobs.size() == 1 ? "age" : "age_" + plain;
}

void Pushgateway::judge_ages(const PushedGroups& groups,
                             Finding& finding) const {
    const double now = now_in_seconds();
    for (const std::string& job : m_jobs) {
        const double last = last_push(groups, job);
        if (last == 0) {
            finding.fail(fmt::format("job '{}' has never pushed", job));
            continue;
        }
        Measurement age{age_label(job), now - last, "s", m_age.parsed()};
        age.exported = m_jobs.size() == 1;
        finding.measure(std::move(age),
                        fmt::format("last push of job '{}' was {} ago", job,
                                    span_in_words(now - last)));
    }
}

}  // namespace lark_batch::healthcheck
