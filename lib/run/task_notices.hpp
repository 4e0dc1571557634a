// Tells people of a task that fails, and that it is over: a condition of the
// source "tasks" whose topic is the task's name. Who was told is in the
// database, and while that is down in a file of the state directory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/db/connection.hpp"
#include "lib/metrics/deltas.hpp"
#include "lib/notify/announcer.hpp"

namespace lark_batch::run {

// Nothing for "none".
std::optional<notify::Severity> severity_of(const std::string& notify);

// What people are told of a run that did not succeed.
struct Trouble {
    std::string outcome;           // of lib/run/outcome.hpp: "timeout"
    std::optional<int> exit_code;  // a killed run has none
    std::string host;
    std::string error;   // the one error line
    std::string run_id;  // may be empty
    std::string next;    // what to do: "lark-admin runs --task sync_users"
    // Since when it fails; the history of runs knows better, if it is there.
    clock::WallTime since;
};

class TaskNotices {
public:
    // Gives the session; may throw. Empty: there is no database.
    using Database = std::function<db::Connection&()>;

    // All that it does takes ten seconds at most. The topic is the task's
    // name, or that of a unit that is no task of ours.
    TaskNotices(const config::SharedSettings& settings, std::string topic,
                const std::string& program);
    ~TaskNotices();

    // Each channel that hears of the severity is told, unless it was told
    // within [notify] repeat_after. Throws Error(config) as notify::Announcer
    // does, and what the database throws after messages may have left.
    notify::Report failed(Trouble trouble, notify::Severity severity,
                          const Database& database);
    // Those that were told of a failure hear that it is over. Throws as
    // failed() does, and what the database throws.
    notify::Report succeeded(db::Connection& database);

    // Whether any channel hears of that severity.
    bool has_route(notify::Severity severity);
    // What it did since it was made, for the totals.
    const metrics::Deltas& deltas() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// A run succeeded whose failures are told by nobody but `lark-admin tasks
// failed`: what was told without the database is over.
void forget_trouble(const std::filesystem::path& state,
                    const std::string& topic);

// The source of these notices, with its words.
notify::Source task_source();

}  // namespace lark_batch::run
