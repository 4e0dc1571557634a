#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lib/errors/error.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/metrics/snapshot.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::metrics {

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string promtool_says(const std::string& text) {
    const auto promtool = test::find_program("promtool", "prometheus");
    const auto finished = test::run({promtool, "check", "metrics"}, {}, text);
    return std::to_string(finished.exit_code) + finished.out + finished.err;
}

// One value of every label, the first of its list where that is closed.
Labels some_labels(const Family& family, const std::string& task) {
    Labels labels;
    for (const auto name : family.labels) {
        const auto closed = values_of(family, name);
        const auto value = name == "task_name" ? task
                           : closed.empty()    ? std::string{"hr \"x\\ 人"}
                                               : std::string{closed.front()};
        labels.emplace_back(std::string{name}, value);
    }
    return labels;
}

std::vector<Gauge> every_gauge(const std::string& task) {
    std::vector<Gauge> all;
    for (const auto& family : families()) {
        if (family.type == Type::gauge) {
            all.push_back(gauge(family, some_labels(family, task), 1.5));
        }
    }
    return all;
}

JobSeries sync_job() {
    JobSeries job;
    job.task_name = "sync_users";
    job.routes = {{"GET", "/open-apis/contact/v3/scopes", true}};
    job.apps = {"hr"};
    job.outcomes = {"failed"};
    return job;
}

JobSeries job_with_everything() {
    JobSeries job = sync_job();
    job.refreshes_tokens = true;
    job.token_apps = {"cli_1"};
    job.channels = {"ops"};
    job.cleans = true;
    return job;
}

// The fixed names count days, which promtool would rather see in seconds;
// beside each stands a timestamp in seconds.
constexpr const char* k_known_lint =
    "3refresh_token_days_to_expiry use base unit \"seconds\" instead of "
    "\"days\"\n"
    "token_days_to_expiry use base unit \"seconds\" instead of \"days\"\n";

}  // namespace

TEST_CASE("exposition: totals become counters and cumulative buckets") {
    Deltas deltas;
    deltas.add(k_executions,
               {{"task_name", "sync_users"}, {"status", "success"}}, 3);
    deltas.observe(k_duration, {{"task_name", "sync_users"}}, 0.4);
    deltas.observe(k_duration, {{"task_name", "sync_users"}}, 7);
    const auto text = exposition(
        deltas.totals().counters, deltas.totals().histograms,
        std::vector{gauge(k_last_success, {{"task_name", "sync_users"}},
                          1763777740.125)});
    CHECK(has(text,
              "scheduled_task_executions_total{status=\"success\","
              "task_name=\"sync_users\"} 3\n"));
    CHECK(has(text, "le=\"0.5\"} 1\n"));
    CHECK(has(text, "le=\"10\"} 2\n"));
    CHECK(has(text, "le=\"+Inf\"} 2\n"));
    CHECK(has(text, "_sum{task_name=\"sync_users\"} 7.4"));
    CHECK(has(text,
              "_timestamp_seconds{task_name=\"sync_users\"} "
              "1763777740.125\n"));
}

TEST_CASE("exposition: promtool minds no family but two with fixed names") {
    const auto totals = zeroes(job_with_everything());
    const auto text = exposition(totals.counters, totals.histograms,
                                 every_gauge("sync_users"));
    for (const auto& family : families()) {
        CHECK(has(text, "# TYPE " + std::string{family.name} + " "));
    }
    CHECK(promtool_says(text) == k_known_lint);
}

TEST_CASE("exposition: the same series give the same text") {
    auto totals = zeroes(sync_job());
    const auto text = exposition(totals.counters, totals.histograms, {});
    std::ranges::reverse(totals.counters);
    std::ranges::reverse(totals.histograms);
    CHECK(exposition(totals.counters, totals.histograms, {}) == text);
}

TEST_CASE("exposition: what is not a total of ours is refused") {
    const Labels task{{"task_name", "t"}};
    const auto refused = [](const CounterTotal& total) {
        CHECK_THROWS_AS(exposition(std::vector{total}, {}, {}), errors::Error);
    };
    refused({"made_up_total", {}, 1});
    refused({std::string{k_timeouts.name}, {}, 1});
    refused({std::string{k_timeouts.name}, task, -1});
    refused({std::string{k_enabled.name}, task, 1});
    HistogramTotal total{std::string{k_duration.name}, task, {2, 1}, {0, 0, 0}};
    CHECK_THROWS_AS(exposition({}, std::vector{total}, {}), errors::Error);
}

}  // namespace lark_batch::metrics
