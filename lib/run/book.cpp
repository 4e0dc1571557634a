#include "lib/run/book.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>
#include <vector>

#include "lib/db/metric_totals.hpp"
#include "lib/db/transaction.hpp"
#include "lib/errors/error.hpp"
#include "lib/files/files.hpp"
#include "lib/log/log.hpp"
#include "lib/metrics/last_pushed.hpp"
#include "lib/run/totals.hpp"
#include "lib/run/watchdog.hpp"

namespace lark_batch::run {

namespace {

using errors::Error;

// Of one transaction that keeps the book; the job's own deadline may be over.
constexpr clock::Duration k_limit{8'000};
// Of one that comes after the record.
constexpr clock::Duration k_later_limit{2'000};

// A spooled line is the run's record, a tab (JSON text has none), and what it
// counted.
std::string spool_line(const db::RunRecord& run, const std::string& job,
                       const metrics::Totals& totals) {
    return run.to_json() + '\t' + metrics::serialize({run.run_id, job, totals});
}

metrics::LastPushed read_last_pushed(const std::filesystem::path& path) {
    std::error_code unreadable;
    if (!std::filesystem::exists(path, unreadable)) {
        return {};
    }
    try {
        return metrics::parse_last_pushed(files::read(path));
    } catch (const Error& error) {
        log::warning(
            "what was pushed before cannot be read, going on as if "
            "nothing was",
            {{"reason", error.what()}});
        return {};
    }
}

}  // namespace

std::filesystem::path last_pushed_path(const std::filesystem::path& folder,
                                       const std::string& job) {
    return folder / (job + ".pushed");
}

Book::Book(Context& context, std::string job, metrics::JobSeries series)
    : m_context(&context),
      m_job(std::move(job)),
      m_series(std::move(series)),
      m_folder(context.settings().run.state_directory),
      m_spool(m_folder / (m_job + ".spool")) {}

bool Book::take_spooled(pqxx::transaction_base& transaction,
                        const std::string& line) {
    const auto tab = line.find('\t');
    try {
        const metrics::SpoolRecord record = metrics::parse_spool_record(
            tab == std::string::npos ? "" : line.substr(tab + 1));
        db::with_savepoint(transaction, [&](pqxx::transaction_base& inner) {
            if (tab != 0) {
                db::save_spooled_run(inner, line.substr(0, tab));
            }
            db::add_to_totals(inner, record.job, record.run_id,
                              to_rows(record.totals));
        });
        return true;
    } catch (const Error& error) {
        log::warning("a spooled record cannot be read, dropping it",
                     {{"reason", error.what()}});
        return false;
    }
}

// A killed run counts as a failed one, under its own id: once.
void Book::count_killed(pqxx::transaction_base& transaction,
                        const std::string& run_id) {
    metrics::Deltas killed;
    killed.add(metrics::k_executions,
               {{"task_name", m_context->task()}, {"status", "failure"}});
    db::add_to_totals(transaction, m_job, run_id, to_rows(killed.totals()));
    log::warning("an earlier run was killed before it could record its end",
                 {{"killed_run_id", run_id}});
}

metrics::Totals Book::begin(const db::RunRecord& run) {
    const clock::Deadline limit{clock::system_clock(), k_limit};
    const Watchdog watchdog{m_context->database(), limit};
    const std::vector<std::string> lines = m_spool.claim();
    metrics::Totals totals;
    bool restarted = false;
    db::transact(
        m_context->database(), [&](pqxx::transaction_base& transaction) {
            restarted = restart_fallen(transaction);
            for (const std::string& line : lines) {
                take_spooled(transaction, line);
            }
            db::save_run(transaction, run);
            const auto killed = db::close_abandoned_runs(transaction, run);
            for (const std::string& run_id : killed) {
                count_killed(transaction, run_id);
            }
            const bool changed = restarted || !lines.empty() || !killed.empty();
            totals = m_stored && !changed ? *m_stored : stored(transaction);
        });
    m_spool.discard_claimed();
    if (restarted) {
        remember_pushed(totals);
    }
    return totals;
}

std::optional<metrics::Totals> Book::close_killed(const std::string& host,
                                                  const std::string& reason) {
    std::optional<metrics::Totals> totals;
    db::transact(m_context->database(),
                 [&](pqxx::transaction_base& transaction) {
                     totals.reset();
                     const auto closed = db::close_killed_runs(
                         transaction, m_context->task(), host, reason);
                     for (const std::string& run_id : closed) {
                         count_killed(transaction, run_id);
                     }
                     if (!closed.empty()) {
                         totals = stored(transaction);
                     }
                 });
    return totals;
}

metrics::Totals Book::stored(pqxx::transaction_base& transaction) const {
    return metrics::completed(from_rows(db::read_totals(transaction, m_job)),
                              metrics::zeroes(m_series));
}

// True after the database was restored from a backup: going on from its
// totals would look like a counter restart plus everything since the
// beginning, starting at zero looks like the restart alone.
bool Book::totals_fell(pqxx::transaction_base& transaction) {
    m_stored = stored(transaction);
    const auto fallen = metrics::went_backwards(
        read_last_pushed(last_pushed_path(m_folder, m_job)),
        metrics::last_pushed(*m_stored));
    if (fallen) {
        log::warning(
            "totals in the database are lower than those pushed "
            "before, starting them at zero",
            {{"metric", *fallen}});
    }
    return fallen.has_value();
}

bool Book::restart_fallen(pqxx::transaction_base& transaction) {
    if (m_compared == m_context->sessions()) {
        return false;
    }
    // Without the lock another run may be pushing: what looks older is newer.
    const bool fallen = m_context->holds_lock() && totals_fell(transaction);
    m_compared = fallen ? 0 : m_context->sessions();
    if (fallen) {
        db::reset_totals(transaction, m_job);
    }
    return fallen;
}

Written Book::write(const db::RunRecord& run) {
    const clock::Deadline limit{clock::system_clock(), k_limit};
    const Watchdog watchdog{m_context->database(), limit};
    Written written;
    bool restarted = false;
    db::transact(m_context->database(),
                 [&](pqxx::transaction_base& transaction) {
                     restarted = restart_fallen(transaction);
                     db::save_run(transaction, run);
                     db::add_to_totals(transaction, m_job, run.run_id,
                                       to_rows(m_context->deltas().totals()));
                     written.totals = stored(transaction);
                     written.last_success =
                         db::last_success_unix(transaction, run.task_name);
                 });
    // Else the next run would start at zero again, if this push fails.
    if (restarted) {
        remember_pushed(written.totals);
    }
    return written;
}

std::optional<Written> Book::finish(const db::RunRecord& run) {
    try {
        return write(run);
    } catch (const Error& error) {
        log::debug("cannot write the run's record, trying once more",
                   {{"reason", error.what()}});
    }
    try {
        m_context->reconnect();
        return write(run);  // known by its id if the first try did commit
    } catch (const Error& error) {
        log::warning(
            "the run's record waits in the spool: the database "
            "cannot be written",
            {{"reason", error.what()}});
        return keep(run);
    }
}

std::optional<Written> Book::keep(const db::RunRecord& run) {
    m_is_kept = true;
    to_spool(run);
    return std::nullopt;
}

void Book::to_spool(const db::RunRecord& run) {
    try {
        m_spool.append(spool_line(run, m_job, m_context->deltas().totals()));
    } catch (const Error& error) {
        // The job's own result must not depend on this.
        log::error("the run's record is lost", {{"reason", error.what()}});
    }
}

void Book::remember_pushed(const metrics::Totals& totals) {
    try {
        files::replace(last_pushed_path(m_folder, m_job),
                       metrics::to_text(metrics::last_pushed(totals)));
    } catch (const Error& error) {
        log::warning("what was pushed is not remembered",
                     {{"reason", error.what()}});
    }
}

void Book::amend(const db::RunRecord& run) {
    if (m_is_kept) {
        to_spool(run);  // the later line counts
        return;
    }
    try {
        const BriefWatchdog watchdog{m_context->database(), k_later_limit};
        db::transact(m_context->database(),
                     [&](pqxx::transaction_base& transaction) {
                         db::save_run(transaction, run);
                     });
    } catch (const Error& error) {
        log::warning("the run's record cannot be corrected",
                     {{"reason", error.what()}});
    }
}

void Book::add_push_failure() {
    metrics::Deltas failed;
    failed.add(metrics::k_push_failures, {{"sink", "pushgateway"}});
    add_later(failed);
}

void Book::add_later(const metrics::Deltas& counts) {
    if (m_is_kept) {
        return;  // nobody waits for a database that is down
    }
    const std::string id = clock::random_uuid();
    try {
        const BriefWatchdog watchdog{m_context->database(), k_later_limit};
        db::transact(m_context->database(),
                     [&](pqxx::transaction_base& transaction) {
                         db::add_to_totals(transaction, m_job, id,
                                           to_rows(counts.totals()));
                     });
    } catch (const Error& error) {
        log::debug("what came after the run is not counted",
                   {{"reason", error.what()}});
    }
}

}  // namespace lark_batch::run
