#include "tools/lark-admin/tasks/failed.hpp"

#include <algorithm>

#include "lib/config/environment.hpp"
#include "lib/db/schema.hpp"
#include "lib/db/task_runs.hpp"
#include "lib/log/log.hpp"
#include "lib/run/host.hpp"
#include "lib/run/task_notices.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/run/wiring.hpp"
#include "tools/lark-admin/tasks/ended.hpp"
#include "tools/lark-admin/tasks/pause.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using notify::Severity;

// A run that ended longer ago is not the one that failed now.
constexpr clock::Duration k_recent{120'000};
// With a database that is in trouble itself.
constexpr clock::Duration k_patience{5'000};
constexpr clock::Duration k_answer_limit{2'000};

struct Unit {
    std::string name;   // "lark-sync-users"
    std::string task;   // empty: of somebody else's
    std::string topic;  // the task, else the unit
};

Unit unit_named(const std::string& name) {
    Unit unit{short_unit(name), task_of_unit(name).value_or(""), ""};
    unit.topic = unit.task.empty() ? unit.name : unit.task;
    return unit;
}

Severity severity_for(const Settings& settings, const Unit& unit) {
    const auto found = settings.tasks.find(whole_task(unit.task));
    return run::severity_of(
               found == settings.tasks.end() ? "" : found->second.notify)
        .value_or(Severity::urgent);
}

// Nothing while it is down: that is the commonest reason of a failure.
std::optional<db::Connection> connect(const Settings& settings) {
    try {
        db::Settings database =
            run::database_settings(settings.shared.database, k_program);
        database.connect_timeout =
            std::min(database.connect_timeout, k_patience);
        database.statement_timeout =
            std::min(database.statement_timeout, k_patience);
        db::Connection connection{database};
        const run::BriefWatchdog watchdog{connection, k_answer_limit};
        db::require_schema(connection);
        return connection;
    } catch (const Error& error) {
        log::warning("telling people without the database",
                     {{"reason", error.what()}});
        return {};
    }
}

Ending ending_of_unit() {
    return Ending::of(config::Environment::of_process(), "MONITOR_");
}

// What systemd knows, since version 251.
run::Trouble trouble_of_unit(const Unit& unit) {
    const Ending ending = ending_of_unit();
    run::Trouble trouble;
    trouble.outcome = ending.result == "timeout" ? "timeout" : "failure";
    trouble.host = run::host_name();
    if (!ending.result.empty()) {
        trouble.exit_code = ending.exit_code();
    }
    trouble.error = "unit " + unit.name + " failed" +
                    (ending.result.empty() ? "" : ": " + ending.words());
    trouble.next = "journalctl -u " + unit.name;
    trouble.since = clock::system_clock().now();
    return trouble;
}

// What the run itself said, when it came to say anything.
void add_last_run(run::Trouble& trouble, const Unit& unit,
                  db::Connection& connection) {
    const auto runs = db::recent_runs(connection, unit.task, 1);
    if (unit.task.empty() || runs.empty() || runs[0].host != trouble.host ||
        runs[0].outcome.empty() || runs[0].outcome == "success" ||
        runs[0].outcome == "skipped" ||
        trouble.since - runs[0].finished_at > k_recent) {
        return;
    }
    trouble.outcome = runs[0].outcome;
    trouble.run_id = runs[0].run_id;
    trouble.next = "lark-admin runs --task " + unit.task;
    trouble.exit_code =
        runs[0].exit_code ? runs[0].exit_code : trouble.exit_code;
    if (!runs[0].error.empty()) {
        trouble.error = runs[0].error;
    }
}

notify::Report announce(const Unit& unit, const Settings& settings,
                        Severity severity, run::TaskNotices& notices) {
    std::optional<db::Connection> connection = connect(settings);
    run::Trouble trouble = trouble_of_unit(unit);
    if (!connection) {
        return notices.failed(trouble, severity, nullptr);
    }
    add_last_run(trouble, unit, *connection);
    return notices.failed(
        trouble, severity,
        [&connection]() -> db::Connection& { return *connection; });
}

errors::ExitCode say(const notify::Report& report, const Unit& unit,
                     std::ostream& out) {
    for (const notify::ChannelReport& channel : report.channels) {
        if (channel.failure) {
            log::error(channel.failure->what(),
                       {{"hint", channel.failure->hint()}});
        } else if (channel.messages > 0) {
            out << "channel '" << channel.channel << "' was told that '"
                << unit.topic << "' failed\n";
        }
    }
    if (!report.complete()) {
        return errors::ExitCode::partial;
    }
    if (report.messages() == 0) {
        out << "all channels know that '" << unit.topic << "' fails\n";
    }
    return errors::ExitCode::ok;
}

}  // namespace

errors::ExitCode tell_failed(const Settings& settings, std::ostream& out) {
    const Unit unit =
        unit_named(only_name(settings.named.names, "tasks failed"));
    const Ending ending = ending_of_unit();
    if (!unit.task.empty() && !ending.result.empty() && !ending.by_itself()) {
        record_killed_run(settings, unit.task, ending, out);
    }
    const Severity severity = severity_for(settings, unit);
    run::TaskNotices notices{settings.shared, unit.topic, k_program};
    if (!notices.has_route(severity)) {
        out << "nobody is told that '" << unit.topic
            << "' failed: no channel hears of [notify] "
            << notify::name_of(severity) << '\n';
        return errors::ExitCode::ok;
    }
    return say(announce(unit, settings, severity, notices), unit, out);
}

}  // namespace lark_batch::admin
