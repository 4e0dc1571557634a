// One run of a tool, from its begin line to its exit code.
#pragma once

#include <optional>
#include <string>

#include "lib/db/task_runs.hpp"
#include "lib/files/file_lock.hpp"
#include "lib/log/log.hpp"
#include "lib/run/book.hpp"
#include "lib/run/context.hpp"
#include "lib/run/greeting.hpp"
#include "lib/run/heartbeat.hpp"
#include "lib/run/push.hpp"
#include "lib/run/task_notices.hpp"
#include "lib/run/timer_elapse.hpp"
#include "lib/run/tool.hpp"

namespace lark_batch::run {

// Names the counters of messages about the task.
void name_channels(const config::SharedSettings& settings,
                   metrics::JobSeries& series);

class Life {
public:
    Life(const Tool& tool, const config::SharedSettings& settings);
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    int live();

private:
    void begin();
    void refuse_if_unwanted();
    void refuse_if_late();
    void refuse_if_paused();
    void refuse_if_served();
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
    void greet();
    void greet_beside();
    void prepare_to_speak();
    Pusher& pusher();
    void push_start(const metrics::Totals& totals);
    void push_end(const std::optional<Written>& written);
    Heartbeat* heartbeat();
    void start_heartbeat();
    void end_heartbeat();
    Trouble trouble() const;
    notify::Report announce(TaskNotices& notices, notify::Severity severity,
                            bool written);
    void tell_people(bool written);
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
    const std::string& task() const { return m_context.task(); }
    bool records() const { return m_context.recorded(); }
    bool pushes() const;
    // Skipped, or stopped while it waited for the lock.
    bool never_began() const;

    const Tool* m_tool;
    const config::SharedSettings* m_settings;
    Context m_context;
    Book m_book;
    TimerElapse m_elapse;
    std::optional<Pusher> m_pusher;
    std::optional<Heartbeat> m_heartbeat;
    std::optional<files::FileLock> m_lock;
    db::RunRecord m_record;
    Result m_result;
    Outcome m_outcome = Outcome::success;
    int m_exit_code = 0;
    std::string m_skip_reason;
    std::optional<errors::Error> m_error;
    double m_start_delay = 0;
    std::optional<metrics::Totals> m_totals_before;
    Greeting m_greeting;  // last: its thread uses all of the above
};

}  // namespace lark_batch::run
