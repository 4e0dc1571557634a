#include <algorithm>
#include <iterator>

#include "lib/metrics/deltas.hpp"
#include "lib/metrics/snapshot.hpp"

namespace lark_batch::metrics {

namespace {

void add_for_each(Deltas& deltas, const Family& family,
                  const std::string& task_name, std::string_view label) {
    for (const auto value : values_of(family, label)) {
        deltas.add(family,
                   {{"task_name", task_name},
                    {std::string{label}, std::string{value}}},
                   0);
    }
}

void add_task(Deltas& deltas, const std::string& name) {
    add_for_each(deltas, k_executions, name, "status");
    add_for_each(deltas, k_skipped, name, "reason");
    add_for_each(deltas, k_records, name, "outcome");
    deltas.add(k_timeouts, {{"task_name", name}}, 0);
    deltas.add(k_push_failures, {{"sink", "pushgateway"}}, 0);
}

void add_route(Deltas& deltas, const ApiRoute& route) {
    for (const char* status : {"200", "400", "429", "500", "error"}) {
        deltas.add(k_api_requests,
                   {{"method", route.method},
                    {"endpoint", route.endpoint},
                    {"status", status}},
                   0);
    }
}

void add_app(Deltas& deltas, const std::string& app) {
    for (const auto kind : values_of(k_sync_changes, "kind")) {
        for (const auto action : values_of(k_sync_changes, "action")) {
            deltas.add(k_sync_changes,
                       {{"app", app},
                        {"kind", std::string{kind}},
                        {"action", std::string{action}}},
                       0);
        }
    }
}

void add_token_app(Deltas& deltas, const std::string& app_id) {
    for (const auto type : values_of(k_token_warnings, "token_type")) {
        deltas.add(k_token_warnings,
                   {{"app_id", app_id}, {"token_type", std::string{type}}}, 0);
    }
}

void add_channel(Deltas& deltas, const std::string& channel) {
    for (const auto result : values_of(k_notify_messages, "status")) {
        deltas.add(k_notify_messages,
                   {{"channel", channel}, {"status", std::string{result}}}, 0);
    }
}

void add_cleanup(Deltas& deltas) {
    for (const auto name : values_of(k_cleanup_deleted, "class")) {
        deltas.add(k_cleanup_deleted, {{"class", std::string{name}}}, 0);
    }
}

HistogramTotal no_observations(const Family& family, Labels labels) {
    check_labels(family, labels);
    return {std::string{family.name},
            std::move(labels),
            {family.bounds.begin(), family.bounds.end()},
            std::vector<double>(family.bounds.size() + 1, 0),
            0};
}

bool is_current(const CounterTotal& total) {
    const auto* family = find_family(total.metric);
    return family != nullptr && family->type == Type::counter;
}

bool is_current(const HistogramTotal& total) {
    const auto* family = find_family(total.metric);
    return family != nullptr && family->type == Type::histogram &&
           std::ranges::equal(total.bounds, family->bounds);
}

template <typename Total>
std::vector<Total> complete(const std::vector<Total>& totals,
                            const std::vector<Total>& zeroes) {
    std::vector<Total> all;
    std::ranges::copy_if(totals, std::back_inserter(all),
                         [](const Total& total) { return is_current(total); });
    for (const auto& zero : zeroes) {
        const bool there = std::ranges::any_of(all, [&](const Total& total) {
            return total.metric == zero.metric && total.labels == zero.labels;
        });
        if (!there) {
            all.push_back(zero);
        }
    }
    return all;
}

}  // namespace

Totals zeroes(const JobSeries& job) {
    Deltas deltas;
    add_task(deltas, job.task_name);
    for (const auto& route : job.routes) {
        add_route(deltas, route);
    }
    if (!job.routes.empty()) {
        deltas.add(k_rate_limited, {}, 0);
    }
    for (const auto& app : job.apps) {
        add_app(deltas, app);
    }
    for (const auto& app_id : job.token_apps) {
        add_token_app(deltas, app_id);
    }
    for (const auto& channel : job.channels) {
        add_channel(deltas, channel);
    }
    if (job.cleans) {
        add_cleanup(deltas);
    }
    if (job.refreshes_tokens) {
        deltas.add(k_token_retries, {}, 0);
        deltas.add(k_token_successes, {}, 0);
        deltas.add(k_token_failures, {}, 0);
    }
    auto totals = deltas.totals();
    totals.histograms.push_back(
        no_observations(k_duration, {{"task_name", job.task_name}}));
    for (const auto& route : job.routes) {
        totals.histograms.push_back(no_observations(
            k_api_duration,
            {{"method", route.method}, {"endpoint", route.endpoint}}));
    }
    return totals;
}

Totals completed(const Totals& totals, const Totals& zeroes) {
    return {complete(totals.counters, zeroes.counters),
            complete(totals.histograms, zeroes.histograms)};
}

}  // namespace lark_batch::metrics
