// The book of runs: what a run was and what it counted, written once, in the
// database or, while that is down, in the spool of the state directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "lib/db/task_runs.hpp"
#include "lib/files/spool.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/metrics/snapshot.hpp"
#include "lib/run/context.hpp"

namespace lark_batch::run {

// What a push needs after the run was written to the database.
struct Written {
    metrics::Totals totals;  // of the job, this run included
    std::optional<double> last_success;
};

class Book {
public:
    // `job` is the program's name: the group on the Pushgateway and part of
    // the totals' key.
    Book(Context& context, std::string job, metrics::JobSeries series);

    // Writes that the run began, takes in what waits in the spool, and closes
    // earlier runs that were killed. The caller holds the task's lock.
    // Returns the totals so far: a counter must be seen at its old value
    // before it grows, or the growth is not seen.
    metrics::Totals begin(const db::RunRecord& run);

    // For those who know that this host's run was killed: closes and counts it
    // at once. The caller holds the task's lock. Returns the totals, nothing
    // when no run was open. Throws what the database throws.
    std::optional<metrics::Totals> close_killed(const std::string& host,
                                                const std::string& reason);

    // Writes run and counts in one transaction; through a new connection if
    // the old one was lost. Without a database both go to the spool, and
    // nothing is returned.
    std::optional<Written> finish(const db::RunRecord& run);

    // Into the spool at once, for a run that goes on without a database.
    // Returns nothing, as finish() does then.
    std::optional<Written> keep(const db::RunRecord& run);

    // What became known after finish(): a push that failed, what it left on
    // the gateway, or that it changed how the run ended. None ever fails.
    void add_push_failure();
    void add_later(const metrics::Deltas& counts);
    void amend(const db::RunRecord& run);
    void remember_pushed(const metrics::Totals& totals);

    std::size_t waiting() const { return m_spool.size(); }
    std::filesystem::path folder() const { return m_folder; }

private:
    Written write(const db::RunRecord& run);
    bool take_spooled(pqxx::transaction_base& transaction,
                      const std::string& line);
    void count_killed(pqxx::transaction_base& transaction,
                      const std::string& run_id);
    metrics::Totals stored(pqxx::transaction_base& transaction) const;
    bool totals_fell(pqxx::transaction_base& transaction);
    bool restart_fallen(pqxx::transaction_base& transaction);
    void to_spool(const db::RunRecord& run);

    Context* m_context;
    std::string m_job;
    metrics::JobSeries m_series;
    std::filesystem::path m_folder;
    files::Spool m_spool;
    // As they were at the first look of this run.
    std::optional<metrics::Totals> m_stored;
    bool m_is_kept = false;  // the record waits in the spool
    int m_compared = 0;  // the session in which totals were found not fallen
};

// Where the copy of the last pushed totals lives.
std::filesystem::path last_pushed_path(const std::filesystem::path& folder,
                                       const std::string& job);

}  // namespace lark_batch::run
