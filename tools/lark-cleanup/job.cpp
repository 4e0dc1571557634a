#include "tools/lark-cleanup/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/log/log.hpp"
#include "tools/lark-cleanup/gauges.hpp"
#include "tools/lark-cleanup/places.hpp"
#include "tools/lark-cleanup/queries.hpp"
#include "tools/lark-cleanup/row_class.hpp"

namespace lark_batch::cleanup {

namespace {

using errors::Error;

// A table must have lost this much before a vacuum is worth its reading:
// some rows, and a share of what it still has.
constexpr std::int64_t k_least_thinned = 1'000;
constexpr std::int64_t k_thinned_share = 50;

// Growth that is more than the noise of the server's statistics.
bool has_grown(std::int64_t before, std::int64_t now) {
    return now > before + std::max<std::int64_t>(before / 10, 100);
}

// One series each, so not one for each class: those have their seconds in the
// result.
const char* stage_of(const Class& what) {
    switch (what.place) {
        case Place::rows:
            return "rows";
        case Place::staging:
            return "staging";
        case Place::gateway:
            return "gateway";
        default:
            return "files";
    }
}

class Cleanup {
public:
    Cleanup(run::Context& context, const Options& options)
        : m_context(&context),
          m_options(&options),
          m_budget{
              clock::Deadline{clock::system_clock(),
                              context.deadline().at_most(options.max_time)},
              options.max_rows} {}

    run::Result run();

private:
    std::vector<const Class*> chosen() const;
    void run_class(const Class& what);
    void clean(const Class& what, ClassReport& report);
    void keep_state(const Class& what, ClassReport& report);
    void look_at_idleness(const Class& what, Remembered& state,
                          ClassReport& report);
    void vacuum_thinned();
    void vacuum_table(const std::string& table, std::int64_t lost);
    run::Result result() const;
    bool dry_run() const { return m_context->settings().run.dry_run; }

    run::Context* m_context;
    const Options* m_options;
    Budget m_budget;
    Thinned m_thinned;
    Vacuums m_vacuums;
    std::map<std::string, Remembered> m_states;
    std::vector<ClassReport> m_reports;
    std::optional<Error> m_stop;
};

// A class that the last run did not finish comes last: it must not keep the
// others waiting for ever.
std::vector<const Class*> Cleanup::chosen() const {
    std::vector<const Class*> classes;
    for (const Class& each : k_classes) {
        if (m_options->chooses(each)) {
            classes.push_back(&each);
        }
    }
    std::stable_partition(
        classes.begin(), classes.end(), [this](const Class* each) {
            const auto known = m_states.find(std::string{each->name});
            return known == m_states.end() || known->second.backlog == 0;
        });
    return classes;
}

run::Result Cleanup::run() {
    m_states = remembered(m_context->database());
    for (const Class* each : chosen()) {
        if (!m_stop) {
            run_class(*each);
        }
    }
    m_context->end_progress();
    if (!dry_run() && !m_stop) {
        vacuum_thinned();
    }
    count_records(*m_context, m_reports);
    set_gauges(*m_context, m_states);
    return result();
}

void Cleanup::run_class(const Class& what) {
    ClassReport& report = m_reports.emplace_back();
    report.name = what.name;
    const double begin = m_context->seconds();
    try {
        m_context->check_stop();
        m_context->stage(stage_of(what), [&] { clean(what, report); });
        if (!dry_run() && report.ran) {
            keep_state(what, report);
        }
    } catch (const Error& error) {
        m_stop = m_context->stop_reason();
        if (!m_stop && !m_context->database().alive()) {
            throw;
        }
        if (!m_stop) {
            report.error = error;
        }
        report.eligible = std::max(report.eligible, report.deleted);
    }
    report.seconds = m_context->seconds() - begin;
    if (report.deleted + report.backlog > 0) {
        log::info(dry_run() ? "would clean" : "cleaned",
                  {{"class", report.name},
                   {"deleted", report.deleted},
                   {"left", report.backlog},
                   {"held", report.held}});
    }
}

void Cleanup::clean(const Class& what, ClassReport& report) {
    if (!m_options->cleans(what)) {
        report.note = "its retention is 0: kept for ever";
        return;
    }
    report.ran = true;
    switch (what.place) {
        case Place::rows:
            RowClass{*m_context, *m_options, what, m_budget, m_thinned}.clean(
                report);
            return;
        case Place::staging:
            return clean_staging(*m_context, report);
        case Place::spool:
            return clean_spool(*m_context, *m_options, m_budget, report);
        case Place::reports:
            return clean_reports(*m_context, *m_options, m_budget, report);
        case Place::gateway:
            return clean_gateway(*m_context, *m_options, report);
    }
}

void Cleanup::keep_state(const Class& what, ClassReport& report) {
    Remembered& state = m_states[report.name];
    state.eligible = report.eligible;
    state.backlog = report.backlog;
    state.held = report.held;
    if (what.place == Place::rows) {
        look_at_idleness(what, state, report);
    }
    remember(m_context->database(), report.name, state);
}

// A predicate that never matches is a fault that nobody sees. For as long as
// the retention nothing to delete is no wonder.
void Cleanup::look_at_idleness(const Class& what, Remembered& state,
                               ClassReport& report) {
    if (report.eligible + report.held > 0) {
        state.idle_runs = 0;
        state.idle_rows.reset();
        return;
    }
    const Sweep& first = sweeps_of(report.name).front();
    const std::int64_t rows =
        table_size(m_context->database(), first.table).rows;
    state.idle_rows = state.idle_rows.value_or(rows);
    report.idle_runs = ++state.idle_runs;
    if (state.idle_runs >= m_options->idle_runs &&
        state.idle_for >= m_options->retention_of(what) &&
        has_grown(*state.idle_rows, rows)) {
        report.note = fmt::format(
            "nothing to delete in {} runs, while the table grew from {} to {} "
            "rows",
            state.idle_runs, *state.idle_rows, rows);
        log::warning(
            "a class deletes nothing while its table grows, look at "
            "its retention",
            {{"class", report.name},
             {"runs", state.idle_runs},
             {"rows_then", *state.idle_rows},
             {"rows_now", rows}});
        state.idle_rows = rows;  // again when it has grown as much again
    }
}

void Cleanup::vacuum_thinned() {
    for (const auto& entry : m_thinned) {
        const std::string& table = entry.first;
        const std::int64_t lost = entry.second;
        if (m_stop || !m_options->vacuum || lost < k_least_thinned) {
            continue;
        }
        const std::int64_t rows = table_size(m_context->database(), table).rows;
        if (lost >= rows / k_thinned_share) {
            m_context->stage("vacuum", [&] { vacuum_table(table, lost); });
        }
    }
}

void Cleanup::vacuum_table(const std::string& table, std::int64_t lost) {
    db::Connection& connection = m_context->database();
    if (m_budget.deadline.passed() || !may_vacuum(connection, table)) {
        m_vacuums.left.push_back(table);
        log::info("vacuum is left to the server",
                  {{"table", table}, {"deleted", lost}});
        return;
    }
    try {
        vacuum(connection, table, m_budget.deadline.remaining(),
               m_context->settings().database.statement_timeout);
        m_vacuums.done.push_back(table);
    } catch (const Error& error) {
        m_stop = m_context->stop_reason();
        if (!m_stop && !connection.alive()) {
            throw;
        }
        m_vacuums.left.push_back(table);
        log::warning("vacuum is left to the server",
                     {{"table", table}, {"reason", error.what()}});
    }
}

// All failed: the first error speaks for the run. Some: partial.
run::Result Cleanup::result() const {
    run::Result result;
    result.summary = summary_of(m_reports);
    result.fields.emplace_back("classes", classes_json(m_reports));
    result.fields.emplace_back("vacuum", vacuums_json(m_vacuums));
    result.table = classes_table(m_reports, dry_run());
    const auto failed = std::ranges::count_if(
        m_reports,
        [](const ClassReport& one) { return one.error.has_value(); });
    const bool all = failed == static_cast<std::ptrdiff_t>(m_reports.size());
    if (m_stop) {
        result.error = m_stop;
    } else if (all) {
        result.outcome = run::Outcome::failure;
        result.error = m_reports.front().error;
    } else if (failed > 0) {
        result.outcome = run::Outcome::partial;
    }
    for (const ClassReport& one : m_reports) {
        if (one.error && !(all && &one == &m_reports.front())) {
            log::error(one.error->what(),
                       {{"class", one.name}, {"hint", one.error->hint()}});
        }
    }
    return result;
}

}  // namespace

run::Result clean(run::Context& context, const Options& options) {
    return Cleanup{context, options}.run();
}

}  // namespace lark_batch::cleanup
