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

void add_task(Deltas& deltas, const JobSeries& job) {
    const std::string& name = job.task_name;
    add_for_each(deltas, k_executions, name, "status");
    add_for_each(deltas, k_skipped, name, "reason");
    for (const auto outcome : job.outcomes) {
        deltas.add(k_records,
                   {{"task_name", name}, {"outcome", std::string{outcome}}}, 0);
    }
    deltas.add(k_timeouts, {{"task_name", name}}, 0);
    deltas.add(k_push_failures, {{"sink", "pushgateway"}}, 0);
}

// 429 has a counter of its own, of all routes.
void add_route(Deltas& deltas, const ApiRoute& route) {
    for (const char* status : {"200", "400", "500", "error"}) {
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

// Those of other types do not end by themselves, or are fetched anew.
void add_token_app(Deltas& deltas, const std::string& app_id) {
    deltas.add(k_token_warnings,
               {{"app_id", app_id}, {"token_type", "user_access_token"}}, 0);
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

bool is_in_list(const Family& family, const Labels::value_type& label) {
    const auto list = values_of(family, label.first);
    return list.empty() || std::ranges::find(list, label.second) != list.end();
}

// A zero that nobody asked for says nothing.
bool is_pushed(const CounterTotal& total) {
    const auto* family = find_family(total.metric);
    return family != nullptr && family->type == Type::counter &&
           total.value > 0 &&
           std::ranges::all_of(total.labels, [&](const auto& label) {
               return is_in_list(*family, label);
           });
}

bool is_same(const CounterTotal& one, const CounterTotal& other) {
    return one.metric == other.metric && one.labels == other.labels;
}

bool is_same(const HistogramTotal& one, const HistogramTotal& other) {
    return one.metric == other.metric && one.labels == other.labels &&
           one.bounds == other.bounds;
}

template <typename Total>
const Total* find_same(const std::vector<Total>& all, const Total& wanted) {
    const auto found = std::ranges::find_if(
        all, [&](const Total& total) { return is_same(total, wanted); });
    return found == all.end() ? nullptr : &*found;
}

std::vector<CounterTotal> complete(const std::vector<CounterTotal>& totals,
                                   const std::vector<CounterTotal>& zeroes) {
    std::vector<CounterTotal> all;
    std::ranges::copy_if(
        totals, std::back_inserter(all),
        [](const CounterTotal& total) { return is_pushed(total); });
    for (const auto& zero : zeroes) {
        if (find_same(all, zero) == nullptr) {
            all.push_back(zero);
        }
    }
    return all;
}

std::vector<HistogramTotal> complete(
    const std::vector<HistogramTotal>& totals,
    const std::vector<HistogramTotal>& zeroes) {
    std::vector<HistogramTotal> all;
    for (const auto& zero : zeroes) {
        const auto* const stored = find_same(totals, zero);
        all.push_back(stored == nullptr ? zero : *stored);
    }
    return all;
}

}  // namespace

Totals zeroes(const JobSeries& job) {
    Deltas deltas;
    add_task(deltas, job);
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
        if (route.timed) {
            totals.histograms.push_back(no_observations(
                k_api_duration,
                {{"method", route.method}, {"endpoint", route.endpoint}}));
        }
    }
    return totals;
}

Totals completed(const Totals& totals, const Totals& zeroes) {
    return {complete(totals.counters, zeroes.counters),
            complete(totals.histograms, zeroes.histograms)};
}

}  // namespace lark_batch::metrics
