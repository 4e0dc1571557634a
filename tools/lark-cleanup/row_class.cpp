#include "tools/lark-cleanup/row_class.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/lark-cleanup/queries.hpp"

namespace lark_batch::cleanup {

namespace {

constexpr auto k_look_every = std::chrono::seconds{1};
constexpr long long k_first_blocks = 512;

PaceSettings pace_settings(const Options& options, long long first_size) {
    PaceSettings settings;
    settings.first_size = first_size;
    settings.batch_time = options.batch_time;
    settings.pause = options.pause;
    settings.max_pause = options.max_pause;
    settings.max_replication_lag = options.max_replication_lag;
    return settings;
}

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(clock::system_clock().instant() -
                                             m_begin)
            .count();
    }

private:
    clock::Instant m_begin = clock::system_clock().instant();
};

std::string ended_cutoff(run::Context& context, const Options& options) {
    const Class& ended = k_classes[index_of("tokens_expired")];
    return options.cleans(ended)
               ? cutoff(context.database(), options.retention_of(ended),
                        context.started_at())
               : "-infinity";
}

// Times in this form compare as text.
void keep_older(std::string& oldest, const std::string& other) {
    if (!other.empty() && (oldest.empty() || other < oldest)) {
        oldest = other;
    }
}

}  // namespace

RowClass::RowClass(run::Context& context, const Options& options,
                   const Class& what, Budget& budget, Thinned& thinned)
    : m_context(&context),
      m_options(&options),
      m_class(&what),
      m_budget(&budget),
      m_thinned(&thinned),
      m_cutoff(cutoff(context.database(), options.retention_of(what),
                      context.started_at())),
      m_ended(ended_cutoff(context, options)) {}

void RowClass::clean(ClassReport& report) {
    for (const Sweep& each : sweeps_of(m_class->name)) {
        sweep(each, report);
    }
}

void RowClass::sweep(const Sweep& what, ClassReport& report) {
    db::Connection& connection = m_context->database();
    const TableSize size = table_size(connection, what.table);
    const std::int64_t before = report.deleted;
    std::int64_t backlog_before = report.backlog;
    Counted left;
    bool counted = false;
    if (!m_context->settings().run.dry_run) {
        keep_older(report.oldest, oldest(connection, what, m_cutoff));
        const auto over = walk_worth_it(connection, what, m_cutoff);
        if (over && over->rows <= m_budget->rows / 2) {
            counted = walk(what, *over, report) && !any_held(connection, what);
        } else {
            pick(what, report);
        }
    }
    if (!counted) {
        report.backlog = backlog_before;
        left = count(connection, what, m_cutoff, m_ended);
        keep_older(report.oldest, left.oldest);
    }
    if (left.eligible > 0 && !may_delete_now(connection, what)) {
        report.note = "a sync of the directory is under way: left for later";
    }
    report.backlog += left.eligible;
    report.held += left.held;
    const std::int64_t eligible =
        report.deleted - before + report.backlog - backlog_before;
    report.eligible += eligible;
    // Without statistics a row seems to be as large as its table.
    report.bytes += std::min(
        size.bytes, size.bytes_per_row * static_cast<double>(eligible));
}

bool RowClass::walk(const Sweep& what, const Walk& over, ClassReport& report) {
    Pace pace{pace_settings(*m_options, k_first_blocks)};
    for (std::int64_t at = 0; at < over.blocks;) {
        if (m_budget->used_up()) {
            return false;
        }
        const Stopwatch watch;
        const std::int64_t blocks = pace.size();
        const Deleted deleted =
            delete_blocks(m_context->database(), what, m_cutoff, at, blocks);
        pace.took(watch.seconds());
        at += blocks;
        note(what, deleted, report);
        report.backlog += deleted.skipped;
        rest(pace, deleted);
    }
    return true;
}

void RowClass::pick(const Sweep& what, ClassReport& report) {
    Pace pace{pace_settings(*m_options, m_options->batch_size)};
    std::string from;
    while (!m_budget->used_up()) {
        const long long rows = std::min<long long>(pace.size(), m_budget->rows);
        const Stopwatch watch;
        const Deleted deleted =
            delete_oldest(m_context->database(), what, m_cutoff, rows, from);
        pace.took(watch.seconds());
        from = deleted.last;
        note(what, deleted, report);
        if (deleted.rows < rows) {
            return;
        }
        rest(pace, deleted);
    }
}

void RowClass::note(const Sweep& what, const Deleted& deleted,
                    ClassReport& report) {
    report.deleted += deleted.rows;
    m_budget->rows -= deleted.rows;
    (*m_thinned)[std::string{what.table}] += deleted.rows;
    count_deleted(*m_context, report.name, deleted.rows);
    m_context->show_progress(
        fmt::format("{}: {} deleted, {:.0f}/s", report.name, report.deleted,
                    static_cast<double>(report.deleted) /
                        std::max(m_context->seconds(), 0.001)));
}

// Now and then only: the question costs more than a small batch.
void RowClass::look_around() {
    const clock::Instant now = clock::system_clock().instant();
    if (now - m_looked >= k_look_every) {
        m_looked = now;
        m_pressure = pressure(m_context->database());
    }
}

void RowClass::rest(Pace& pace, const Deleted& deleted) {
    look_around();
    Pressure felt = m_pressure;
    if (deleted.met_lock) {
        felt.lock_waits = std::max(felt.lock_waits, 1LL);
    }
    clock::system_clock().sleep(m_budget->deadline.at_most(pace.pause(felt)));
    m_context->check_stop();
}

}  // namespace lark_batch::cleanup
