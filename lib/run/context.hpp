// What a job is given: its settings, its database session (with the task's
// lock), its deadline, and where to leave what it counted.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/db/connection.hpp"
#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/run/outcome.hpp"

namespace lark_batch::run {

struct Stage {
    std::string name;
    double seconds = 0;
};

// How the job ended, when it ended by itself.
struct Result {
    Outcome outcome = Outcome::success;
    // Members of the result object that are the tool's own: name and JSON.
    std::vector<std::pair<std::string, std::string>> fields;
    // The same, but too much for the history of runs.
    std::vector<std::pair<std::string, std::string>> details;
    std::string table;  // for a person at a terminal
    std::string text;   // printed wherever stdout goes, unless --json
    // In place of the outcome's or error's; for tools with a contract of their
    // own.
    std::optional<int> exit_code;
    std::string summary;  // one short line for the history of runs
    // Why the outcome is a failure, for the error line and the exit code.
    std::optional<errors::Error> error;
};

class Context {
public:
    Context(const config::SharedSettings& settings, std::string task,
            std::string program);
    ~Context();

    const config::SharedSettings& settings() const { return *m_settings; }
    // With its shard, where it is one: "sync_users@2of4".
    const std::string& task() const { return m_task; }
    const std::string& run_id() const { return m_run_id; }
    clock::WallTime started_at() const { return m_started_at; }
    const clock::Deadline& deadline() const { return m_deadline; }
    double seconds() const;

    // The session; opened by the first call. Throws as Connection does.
    db::Connection& database();
    // How many there were so far: the database may be another one after each.
    int sessions() const { return m_sessions; }
    // After the old one was lost. Takes the task's lock again, if the old one
    // had it and nobody else has it now: see holds_lock().
    db::Connection& reconnect();

    // False once the run goes on without it; see Database::optional.
    bool has_database() const { return m_has_database; }
    void give_up_database() { m_has_database = false; }
    // Whether the run leaves a record and metrics behind.
    bool recorded() const { return m_recorded; }
    void leave_no_record() { m_recorded = false; }

    // Whether the session has the task's lock in the database.
    bool holds_lock() const { return m_holds_lock; }
    void note_lock(bool held) { m_holds_lock = held; }
    // The descriptor of the task's lock file, or -1. A program that is given a
    // copy keeps the lock while it runs, should this one be killed.
    int lock_file() const { return m_lock_file; }
    void note_lock_file(int descriptor) { m_lock_file = descriptor; }
    http::Client& http();

    metrics::Deltas& deltas() { return m_deltas; }
    const metrics::Deltas& deltas() const { return m_deltas; }
    std::vector<metrics::Gauge>& gauges() { return m_gauges; }
    const std::vector<Stage>& stages() const { return m_stages; }

    // Throws Error(stopped) after a signal, Error(timeout) after the
    // deadline. To be called between batches.
    void check_stop() const;
    // What check_stop() would throw, if it would.
    std::optional<errors::Error> stop_reason() const;

    // Runs one stage of the job and notes its seconds; a stage that runs
    // once for each app adds up.
    void stage(const std::string& name, const std::function<void()>& work);

    // One line that replaces the last, on a terminal's stderr only.
    void show_progress(const std::string& line);
    void end_progress();

private:
    void add_stage(const std::string& name, double seconds);

    const config::SharedSettings* m_settings;
    std::string m_task;
    std::string m_program;
    std::string m_run_id;
    clock::WallTime m_started_at;
    clock::Instant m_begin;
    clock::Deadline m_deadline;
    std::unique_ptr<db::Connection> m_database;
    std::unique_ptr<http::Client> m_http;
    metrics::Deltas m_deltas;
    std::vector<metrics::Gauge> m_gauges;
    std::vector<Stage> m_stages;
    int m_sessions = 0;
    bool m_has_database = true;
    bool m_recorded = true;
    bool m_holds_lock = false;
    int m_lock_file = -1;
    bool m_lost_lock = false;
    bool m_progress_shown = false;
};

}  // namespace lark_batch::run
