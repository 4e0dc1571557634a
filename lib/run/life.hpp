// One run of a tool, from its begin line to its exit code.
#pragma once

#include <optional>
#include <string>

#include "lib/db/task_runs.hpp"
#include "lib/files/file_lock.hpp"
#include "lib/log/log.hpp"
#include "lib/run/book.hpp"
#include "lib/run/context.hpp"
#include "lib/run/push.hpp"
#include "lib/run/tool.hpp"

namespace lark_batch::run {

class Life {
public:
    Life(const Tool& tool, const config::SharedSettings& settings);

    int live();

private:
    void begin();
    void refuse_if_unwanted();
    [[noreturn]] void skip(const std::string& reason,
                           const std::string& message, const std::string& hint);
    void take_locks();
    void give_locks_back();
    void begin_record();
    void work();
    void tell(const std::string& what, const log::Fields& fields) const;
    void note_error(const errors::Error& error);
    void end();
    void count();
    void push_start(const metrics::Totals& totals);
    void push_end(const std::optional<Written>& written);
    void write_result() const;
    std::vector<metrics::Gauge> last_run_gauges(
        const std::optional<Written>& written) const;
    metrics::Gauge task_gauge(const metrics::Family& family,
                              double value) const;
    std::string stats_json() const;
    void take_file_lock(const clock::Deadline& wait);
    void take_database_lock(const clock::Deadline& wait);
    void go_on_without(const errors::Error& reason);
    bool must_have_database() const {
        return m_tool->database == Database::required;
    }
    bool records() const { return m_context.recorded(); }
    bool pushes() const;
    // Skipped, or stopped while it waited for the lock.
    bool never_began() const;

    const Tool* m_tool;
    const config::SharedSettings* m_settings;
    Context m_context;
    Book m_book;
    std::optional<Pusher> m_pusher;
    std::optional<files::FileLock> m_lock;
    db::RunRecord m_record;
    Result m_result;
    Outcome m_outcome = Outcome::success;
    int m_exit_code = 0;
    std::string m_skip_reason;
    std::optional<errors::Error> m_error;
    double m_start_delay = 0;
};

}  // namespace lark_batch::run
