// How many series all programs push together, in the worst case that the
// figure allows for: 10 apps, 50 checks, 3 channels, and every option on.
// Counted in what would be sent, made by the programs' own functions.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "lib/metrics/snapshot.hpp"
#include "lib/run/life.hpp"
#include "tools/lark-check-tokens/job.hpp"
#include "tools/lark-check-tokens/metrics.hpp"
#include "tools/lark-cleanup/gauges.hpp"
#include "tools/lark-forward-alerts/job.hpp"
#include "tools/lark-forward-alerts/report.hpp"
#include "tools/lark-healthcheck/answer/gauges.hpp"
#include "tools/lark-healthcheck/history/notices.hpp"
#include "tools/lark-sync-users/job.hpp"
#include "tools/lark-sync-users/queries.hpp"

namespace lark_batch {

namespace {

constexpr int k_apps = 10;
constexpr int k_checks = 50;
constexpr const char* k_token_route =
    "/open-apis/auth/v3/tenant_access_token/internal";
constexpr const char* k_message_route = "/open-apis/im/v1/messages";

std::size_t series_in(const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        count += text[at] == '#' ? 0U : 1U;
    }
    return count;
}

config::SharedSettings settings() {
    config::SharedSettings all;
    for (int i = 0; i < k_apps; ++i) {
        config::AppSettings& app = all.apps.all.emplace_back();
        app.name = "app " + std::to_string(i);
        app.app_id = "cli_" + std::to_string(i);
    }
    for (const char* channel : {"ops", "boss", "mail"}) {
        all.notify.channels.emplace_back().name = channel;
    }
    all.run.notify = "critical";
    return all;
}

class Program {
public:
    Program(const std::string& task, std::vector<metrics::ApiRoute> routes)
        : m_settings(settings()), m_context(m_settings, task, task) {
        m_series.task_name = task;
        m_series.refreshes_tokens = !routes.empty();
        m_series.routes = std::move(routes);
        run::name_channels(m_settings, m_series);
    }

    metrics::JobSeries& series() { return m_series; }
    run::Context& context() { return m_context; }
    const config::SharedSettings& all() const { return m_settings; }

    void go_through(const std::vector<std::string>& stages) {
        for (const std::string& stage : stages) {
            add(metrics::k_last_stage_duration, {{"stage", stage}});
        }
    }

    // Once everything was counted that it can count.
    std::size_t pushed() {
        add_facts_of_the_run();
        count_calls();
        const metrics::Totals totals = metrics::completed(
            m_context.deltas().totals(), metrics::zeroes(m_series));
        return series_in(metrics::exposition(totals.counters, totals.histograms,
                                             m_context.gauges()));
    }

private:
    void add(const metrics::Family& family, const metrics::Labels& more = {}) {
        metrics::Labels labels{{"task_name", m_series.task_name}};
        labels.insert(labels.end(), more.begin(), more.end());
        m_context.gauges().push_back(metrics::gauge(family, labels, 1));
    }

    void add_facts_of_the_run() {
        for (const metrics::Family& family : metrics::families()) {
            if (family.type == metrics::Type::gauge &&
                std::ranges::equal(family.labels, metrics::parts::k_task)) {
                add(family);
            }
        }
        m_context.gauges().push_back(
            metrics::gauge(metrics::k_spool_records, {}, 0));
        m_context.gauges().push_back(metrics::gauge(
            metrics::k_build_info, {{"version", "1"}, {"revision", "x"}}, 1));
    }

    void count_call(const std::string& method, const std::string& endpoint,
                    const char* status) {
        const metrics::Labels route{{"method", method}, {"endpoint", endpoint}};
        metrics::Labels answer = route;
        answer.emplace_back("status", status);
        m_context.deltas().add(metrics::k_api_requests, answer);
        m_context.deltas().observe(metrics::k_api_duration, route, 1);
    }

    // What nobody begins at zero: a bot that tells of a failure in a program
    // that has no such route, and answers that no other route gives.
    void count_calls() {
        m_context.deltas().add(metrics::k_rate_limited, {});
        for (const char* status : {"200", "error"}) {
            count_call("POST", k_token_route, status);
            count_call("POST", k_message_route, status);
        }
        for (const metrics::ApiRoute& route : m_series.routes) {
            if (route.timed) {
                count_call(route.method, route.endpoint, "429");
            }
        }
    }

    config::SharedSettings m_settings;
    run::Context m_context;
    metrics::JobSeries m_series;
};

std::size_t of_sync() {
    Program program{"sync_users", sync_users::routes()};
    sync_users::name_series(program.all(), program.series());
    program.go_through({"prepare", "read", "verify", "switch"});
    run::count_records(program.context(), {1, 1, 1, 1, 1});
    for (const config::AppSettings* app : program.all().apps.dealt()) {
        sync_users::AppReport report;
        report.name = app->name;
        for (const auto& gauge :
             sync_users::gauges_of(report, true, sync_users::no_objects())) {
            program.context().gauges().push_back(gauge);
        }
    }
    return program.pushed();
}

std::size_t of_tokens() {
    Program program{"check_tokens", check_tokens::routes()};
    check_tokens::name_series(program.all(), program.series());
    program.go_through({"refresh", "status", "judge", "notify"});
    std::vector<check_tokens::AppReport> apps;
    std::vector<check_tokens::TokenCount> counts;
    for (const config::AppSettings* app : program.all().apps.dealt()) {
        check_tokens::AppReport& report = apps.emplace_back();
        report.name = app->name;
        report.app_id = app->app_id;
        report.status = check_tokens::AppStatus::enabled;
        counts.push_back(
            {app->name, "user_access_token", "valid", 1, 0, 0, 0, 2e9, 3e9});
    }
    run::count_records(program.context(), check_tokens::records_of(apps),
                       check_tokens::k_outcomes);
    check_tokens::set_gauges(program.context(), apps, counts);
    return program.pushed();
}

std::size_t of_cleanup() {
    Program program{"cleanup", {}};
    cleanup::name_series(program.all(), program.series());
    program.go_through({"rows", "staging", "files", "gateway", "vacuum"});
    cleanup::count_records(program.context(), {});
    cleanup::set_gauges(program.context(), {});
    return program.pushed();
}

// As in the profiles that we ship: every second check has a limit for
// something besides its time, every fifth a certificate.
std::vector<metrics::Gauge> gauges_of_checks() {
    std::vector<healthcheck::Check> checks(k_checks);
    std::vector<healthcheck::Outcome> outcomes;
    for (int i = 0; i < k_checks; ++i) {
        healthcheck::Check& check = checks[static_cast<std::size_t>(i)];
        check.name = "check " + std::to_string(i);
        check.kind = "http";
        healthcheck::Outcome& outcome = outcomes.emplace_back();
        outcome.check = &check;
        outcome.state = healthcheck::State::ok;
        outcome.measurements = {{"time", 1, "s"}, {"size", 1, "B"}};
        if (i % 2 == 0) {
            outcome.measurements.push_back({"age", 1, "s"});
            outcome.measurements.back().limits.crit = healthcheck::Range{"60"};
        }
        if (i % 5 == 0) {
            outcome.certificate_expiry = 2e9;
        }
    }
    return healthcheck::gauges_of(outcomes);
}

std::size_t of_forwarding() {
    Program program{"forward_alerts", {}};
    forward_alerts::name_series(program.all(), program.series());
    program.go_through({"fetch", "notify"});
    forward_alerts::set_gauges(program.context(), {},
                               forward_alerts::Watchdog::present);
    return program.pushed();
}

std::size_t of_healthcheck() {
    Program program{"healthcheck", {}};
    healthcheck::Options options;
    options.notify = true;
    healthcheck::name_series(program.all(), options, program.series());
    program.go_through({"checks", "record", "notify"});
    for (const auto& gauge : gauges_of_checks()) {
        program.context().gauges().push_back(gauge);
    }
    return program.pushed();
}

}  // namespace

TEST_CASE("series: all programs stay below 1000 for 10 apps and 50 checks") {
    const std::map<std::string, std::size_t> pushed{
        {"lark-sync-users", of_sync()},
        {"lark-check-tokens", of_tokens()},
        {"lark-cleanup", of_cleanup()},
        {"lark-forward-alerts", of_forwarding()},
        {"lark-healthcheck", of_healthcheck()}};
    std::size_t sum = 0;
    for (const auto& [program, count] : pushed) {
        MESSAGE(program << " " << count);
        CHECK(count > 40);
        sum += count;
    }
    MESSAGE("in all " << sum);
    CHECK(sum < 1000);
}

TEST_CASE("series: 50 checks cost 235, and one more at most 6") {
    const std::string text = metrics::exposition({}, {}, gauges_of_checks());
    CHECK(series_in(text) == 235);
}

}  // namespace lark_batch
