#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lib/metrics/deltas.hpp"
#include "lib/metrics/snapshot.hpp"

namespace lark_batch::metrics {

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::ptrdiff_t series_in(const std::string& text) {
    std::ptrdiff_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        count += text[at] == '#' ? 0 : 1;
    }
    return count;
}

std::vector<Gauge> task_gauges(const std::string& task) {
    std::vector<Gauge> all;
    for (const auto& family : families()) {
        if (family.type == Type::gauge &&
            std::ranges::equal(family.labels, parts::k_task)) {
            all.push_back(gauge(family, {{"task_name", task}}, 1.5));
        }
    }
    for (const auto outcome : values_of(k_last_records, "outcome")) {
        all.push_back(
            gauge(k_last_records,
                  {{"task_name", task}, {"outcome", std::string{outcome}}}, 1));
    }
    all.push_back(
        gauge(k_build_info, {{"version", "0.1.0"}, {"revision", "x"}}, 1));
    all.push_back(gauge(k_spool_records, {}, 0));
    return all;
}

void add_sync_gauges(std::vector<Gauge>& all, const std::string& app) {
    for (const auto kind : values_of(k_sync_objects, "kind")) {
        for (const auto state : values_of(k_sync_objects, "state")) {
            all.push_back(gauge(k_sync_objects,
                                {{"app", app},
                                 {"kind", std::string{kind}},
                                 {"state", std::string{state}}},
                                1));
        }
    }
    all.push_back(gauge(k_sync_fields_lost, {{"app", app}}, 0));
    all.push_back(gauge(k_sync_incomplete_departments, {{"app", app}}, 0));
}

// Five apps, as for the sync, and channels of each kind.
void add_token_series(JobSeries& job) {
    job.token_apps = {"cli_1", "cli_2", "cli_3", "cli_4", "cli_5"};
    job.channels = {"ops", "boss", "mail", "hook"};
}

void add_token_gauges(std::vector<Gauge>& all, const std::string& app) {
    for (const auto type : values_of(k_token_expiry, "token_type")) {
        const Labels labels{{"app_id", app}, {"token_type", std::string{type}}};
        all.push_back(gauge(k_token_expiry, labels, 1));
        all.push_back(gauge(k_token_days, labels, 1));
    }
    for (const auto state : values_of(k_tokens, "class")) {
        all.push_back(
            gauge(k_tokens, {{"app", app}, {"class", std::string{state}}}, 1));
    }
    for (const auto* family : {&k_refresh_expiry, &k_refresh_days}) {
        all.push_back(gauge(*family, {{"app_id", app}}, 1));
    }
    for (const auto* family : {&k_tokens_needing_login, &k_tokens_failing,
                               &k_tokens_lacking_scopes, &k_app_enabled}) {
        all.push_back(gauge(*family, {{"app", app}}, 1));
    }
}

void add_cleanup_gauges(std::vector<Gauge>& all) {
    for (const auto* family : {&k_cleanup_eligible, &k_cleanup_backlog,
                               &k_cleanup_held, &k_cleanup_idle_runs}) {
        for (const auto name : values_of(*family, "class")) {
            all.push_back(gauge(*family, {{"class", std::string{name}}}, 1));
        }
    }
}

// Of a check with a certificate and two values, more than most have. How many
// checks there are, the operator decides: docs/healthcheck/state.md.
void add_check_gauges(std::vector<Gauge>& all, const std::string& check) {
    for (const auto& family : families()) {
        if (std::ranges::equal(family.labels, parts::k_check)) {
            all.push_back(gauge(family, {{"check", check}}, 1));
        }
    }
    for (const auto* measure : {"queue_messages", "queue_consumers"}) {
        all.push_back(
            gauge(k_check_value, {{"check", check}, {"measure", measure}}, 1));
    }
    all.push_back(gauge(k_check_info,
                        {{"check", check},
                         {"kind", "http"},
                         {"groups", "chat"},
                         {"labels", ""}},
                        1));
}

// How many APIs a program asks: the sync and the health check eight at most,
// the check of tokens seven, the cleanup none.
int routes_of(const std::string& task) {
    return task == "cleanup" ? 0 : task == "check_tokens" ? 7 : 8;
}

JobSeries worst_job(const std::string& task) {
    JobSeries job;
    job.task_name = task;
    for (int i = 0; i < routes_of(task); ++i) {
        job.routes.push_back(
            {"GET", "/open-apis/contact/v3/" + std::to_string(i)});
    }
    if (task == "sync_users") {
        job.apps = {"a", "b", "c", "d", "e"};
    }
    if (task == "check_tokens") {
        add_token_series(job);
    }
    job.cleans = task == "cleanup";
    job.refreshes_tokens = !job.routes.empty();
    return job;
}

std::ptrdiff_t worst_case(const std::string& task) {
    const auto job = worst_job(task);
    const auto totals = zeroes(job);
    auto gauges = task_gauges(task);
    for (const auto* stage : {"scope", "fetch", "stage", "apply", "record"}) {
        gauges.push_back(gauge(k_last_stage_duration,
                               {{"task_name", task}, {"stage", stage}}, 1));
    }
    for (const auto& app : job.apps) {
        add_sync_gauges(gauges, app);
    }
    for (const auto& app : job.token_apps) {
        add_token_gauges(gauges, app);
    }
    if (job.cleans) {
        add_cleanup_gauges(gauges);
    }
    return series_in(exposition(totals.counters, totals.histograms, gauges));
}

JobSeries sync_job() {
    return {"sync_users", {{"GET", "/open-apis/contact/v3/scopes"}}, {"hr"}};
}

}  // namespace

TEST_CASE("zeroes: each result, reason, outcome and answer is there") {
    const auto totals = zeroes(sync_job());
    const auto text = exposition(totals.counters, totals.histograms, {});
    for (const auto* part :
         {"{status=\"failure\",task_name=\"sync_users\"} 0",
          "{reason=\"misfire\",task_name=\"sync_users\"} 0",
          "{outcome=\"failed\",task_name=\"sync_users\"} 0",
          "method=\"GET\",status=\"error\"} 0",
          "method=\"GET\",status=\"429\"} 0",
          "{action=\"revived\",app=\"hr\",kind=\"membership\"} 0",
          "lark_service_auth_rate_limit_triggered_total 0",
          "{sink=\"pushgateway\"} 0",
          "scheduled_task_duration_seconds_count{task_name=\"sync_users\"} 0",
          "scheduled_task_timeouts_total{task_name=\"sync_users\"} 0"}) {
        CAPTURE(part);
        CHECK(has(text, part));
    }
    CHECK_FALSE(has(text, "token_refresh"));
}

TEST_CASE("zeroes: a program of tokens begins with its apps and channels") {
    JobSeries job;
    job.task_name = "check_tokens";
    job.refreshes_tokens = true;
    job.token_apps = {"cli_1"};
    job.channels = {"ops"};
    const auto totals = zeroes(job);
    const auto text = exposition(totals.counters, totals.histograms, {});
    for (const auto* part :
         {"token_expiry_warnings_sent_total{app_id=\"cli_1\","
          "token_type=\"user_access_token\"} 0",
          "token_expiry_warnings_sent_total{app_id=\"cli_1\","
          "token_type=\"app_access_token\"} 0",
          "lark_notify_messages_total{channel=\"ops\",status=\"accepted\"} 0",
          "lark_notify_messages_total{channel=\"ops\",status=\"failed\"} 0",
          "lark_service_token_refresh_retry_total 0",
          "lark_service_token_refresh_success_total 0"}) {
        CAPTURE(part);
        CHECK(has(text, part));
    }
    CHECK_FALSE(has(text, "lark_cleanup"));
}

TEST_CASE("zeroes: the cleanup begins with every class") {
    JobSeries job;
    job.task_name = "cleanup";
    job.cleans = true;
    const auto totals = zeroes(job);
    const auto text = exposition(totals.counters, totals.histograms, {});
    for (const auto name : values_of(k_cleanup_deleted, "class")) {
        CHECK(has(text, "lark_cleanup_deleted_total{class=\"" +
                            std::string{name} + "\"} 0\n"));
    }
    CHECK_FALSE(has(text, "token_refresh"));
    CHECK_FALSE(has(text, "token_expiry"));
}

TEST_CASE("completed: stored totals win over zeros, strangers drop out") {
    Totals stored;
    stored.counters.push_back(
        {std::string{k_timeouts.name}, {{"task_name", "sync_users"}}, 7});
    stored.counters.push_back({"gone_total", {}, 1});
    stored.histograms.push_back({std::string{k_duration.name},
                                 {{"task_name", "sync_users"}},
                                 {1},
                                 {5, 5},
                                 9});
    const auto zero = zeroes(sync_job());
    const auto all = completed(stored, zero);
    CHECK(all.counters.size() == zero.counters.size());
    CHECK(all.counters.front().value == 7);
    CHECK(all.histograms == zero.histograms);
}

TEST_CASE("budget: the worst case stays below 1000 series, without checks") {
    std::ptrdiff_t sum = 0;
    for (const auto* task :
         {"sync_users", "check_tokens", "cleanup", "healthcheck"}) {
        sum += worst_case(task);
    }
    MESSAGE(sum << " series");
    CHECK(sum < 1000);
}

TEST_CASE("budget: forty checks add 400 series, ten each at most") {
    std::vector<Gauge> gauges;
    for (int i = 0; i < 40; ++i) {
        add_check_gauges(gauges, "service " + std::to_string(i));
    }
    const auto series = series_in(exposition({}, {}, gauges));
    CHECK(series == 400);
    CHECK(series + worst_case("healthcheck") < 1000);
}

}  // namespace lark_batch::metrics
