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

constexpr const char* k_route = "/open-apis/contact/v3/scopes";

JobSeries sync_job() {
    JobSeries job;
    job.task_name = "sync_users";
    job.routes = {{"GET", k_route, true}};
    job.apps = {"hr"};
    job.outcomes = {"updated", "failed"};
    return job;
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
          "method=\"GET\",status=\"500\"} 0",
          "{action=\"revived\",app=\"hr\",kind=\"department\"} 0",
          "lark_service_auth_rate_limit_triggered_total 0",
          "{sink=\"pushgateway\"} 0",
          "scheduled_task_duration_seconds_count{task_name=\"sync_users\"} 0",
          "scheduled_task_timeouts_total{task_name=\"sync_users\"} 0"}) {
        CAPTURE(part);
        CHECK(has(text, part));
    }
    for (const auto* part : {"token_refresh", "membership", "created\",task"}) {
        CHECK_FALSE(has(text, part));
    }
}

TEST_CASE("zeroes: only what is called many times has a histogram") {
    JobSeries job = sync_job();
    job.routes.push_back({"GET", "/open-apis/once"});
    const auto totals = zeroes(job);
    const auto text = exposition(totals.counters, totals.histograms, {});
    CHECK(has(text, "requests_total{endpoint=\"/open-apis/once\""));
    CHECK(has(text, std::string{"request_duration_seconds_count{endpoint=\""} +
                        k_route));
    CHECK_FALSE(has(text, "duration_seconds_count{endpoint=\"/open-apis/on"));
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

TEST_CASE(
    "completed: a total that is not in a closed list any more is kept "
    "to the database") {
    Totals stored;
    stored.counters = {
        {std::string{k_sync_changes.name},
         {{"app", "hr"}, {"kind", "membership"}, {"action", "created"}},
         3},
        {std::string{k_records.name},
         {{"task_name", "sync_users"}, {"outcome", "created"}},
         0},
        {std::string{k_records.name},
         {{"task_name", "sync_users"}, {"outcome", "deleted"}},
         2}};
    const auto zero = zeroes(sync_job());
    const auto all = completed(stored, zero);
    CHECK(all.counters.size() == zero.counters.size() + 1);
    CHECK(all.counters.front() == stored.counters.back());
}

TEST_CASE("completed: histograms are those that a job begins with") {
    Deltas deltas;
    const Labels route{{"method", "GET"}, {"endpoint", k_route}};
    deltas.observe(k_api_duration, route, 1);
    deltas.observe(k_api_duration, {{"method", "GET"}, {"endpoint", "/x"}}, 1);
    const auto all = completed(deltas.totals(), zeroes(sync_job()));
    REQUIRE(all.histograms.size() == 2);
    CHECK(all.histograms.back() == deltas.totals().histograms.front());
}

}  // namespace lark_batch::metrics
