// What a run pushes about itself.
#include <fmt/format.h>

#include <algorithm>

#include "lib/run/due.hpp"
#include "lib/run/host.hpp"
#include "lib/run/life.hpp"

namespace lark_batch::run {

namespace {

using metrics::Gauge;

bool ever_succeeded(const Written& written) {
    return std::ranges::any_of(
        written.totals.counters, [](const metrics::CounterTotal& total) {
            return total.metric == metrics::k_executions.name &&
                   total.value > 0 && total.labels.back().second == "success";
        });
}

}  // namespace

Gauge Life::task_gauge(const metrics::Family& family, double value) const {
    return metrics::gauge(family, {{"task_name", task()}}, value);
}

void Life::push_start(const metrics::Totals& totals) {
    if (!pushes()) {
        return;
    }
    const std::vector<Gauge> gauges{task_gauge(
        metrics::k_last_start, clock::unix_seconds(m_context.started_at()))};
    pusher().push_start(
        metrics::exposition(totals.counters, totals.histograms, gauges));
}

std::vector<Gauge> Life::last_run_gauges(
    const std::optional<Written>& written) const {
    const Usage usage = resource_usage();
    const auto timeout =
        std::chrono::duration<double>(m_settings->run.timeout).count();
    std::vector<Gauge> gauges{
        task_gauge(metrics::k_last_start,
                   clock::unix_seconds(m_context.started_at())),
        task_gauge(metrics::k_last_completion,
                   clock::unix_seconds(m_record.finished_at)),
        task_gauge(metrics::k_last_duration, m_context.seconds()),
        task_gauge(metrics::k_last_exit_code, m_exit_code),
        task_gauge(metrics::k_last_start_delay, m_start_delay),
        task_gauge(metrics::k_timeout, timeout),
        task_gauge(metrics::k_enabled, 1),
        task_gauge(metrics::k_last_cpu, usage.cpu_seconds),
        task_gauge(metrics::k_last_max_rss, usage.max_rss_bytes),
        metrics::gauge(metrics::k_spool_records, {},
                       static_cast<double>(m_book.waiting())),
        metrics::gauge(metrics::k_build_info,
                       {{"version", LARK_BATCH_VERSION},
                        {"revision", LARK_BATCH_REVISION}},
                       1)};
    if (const auto limit = success_max_age(m_settings->run, m_tool->task,
                                           m_record.started_at)) {
        gauges.push_back(task_gauge(metrics::k_success_max_age,
                                    static_cast<double>(limit->count())));
    }
    for (const Stage& stage : m_context.stages()) {
        gauges.push_back(metrics::gauge(
            metrics::k_last_stage_duration,
            {{"task_name", task()}, {"stage", stage.name}}, stage.seconds));
    }
    // Known from the database only; without it the gateway keeps its value.
    // 0 only before the first success: cleaned history must not look so.
    if (written && (written->last_success || !ever_succeeded(*written))) {
        gauges.push_back(task_gauge(metrics::k_last_success,
                                    written->last_success.value_or(0)));
    }
    return gauges;
}

// A skipped run does not hold the lock: pushing its older view of the totals
// would overwrite that of the run that does.
void Life::push_end(const std::optional<Written>& written) {
    if (!pushes()) {
        return;
    }
    if (never_began()) {
        if (m_skip_reason == "disabled") {
            const std::vector<Gauge> off{task_gauge(metrics::k_enabled, 0)};
            pusher().push_end(metrics::exposition({}, {}, off));
        }
        return;
    }
    // Another run may have the lock meanwhile, and newer totals.
    const bool ours = written && m_context.holds_lock();
    std::vector<Gauge> gauges = last_run_gauges(written);
    gauges.insert(gauges.end(), m_context.gauges().begin(),
                  m_context.gauges().end());
    const metrics::Totals totals = ours ? written->totals : metrics::Totals{};
    if (pusher().push_end(
            metrics::exposition(totals.counters, totals.histograms, gauges))) {
        if (ours) {
            m_book.remember_pushed(written->totals);
        }
        return;
    }
    m_book.add_push_failure();
    if (m_settings->run.require_metrics && m_exit_code == 0) {
        note_error(errors::Error{errors::Kind::failed,
                                 "the metrics could not be pushed",
                                 "see the warnings above; without "
                                 "--require-metrics this is no failure"});
        m_record.outcome = word_of(m_outcome);
        m_record.exit_code = m_exit_code;
        m_record.error = m_error->what();
        m_book.amend(m_record);
    }
}

}  // namespace lark_batch::run
