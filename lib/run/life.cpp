#include "lib/run/life.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <utility>

#include "lib/db/schema.hpp"
#include "lib/db/task_lock.hpp"
#include "lib/log/log.hpp"
#include "lib/run/funnel.hpp"
#include "lib/run/host.hpp"
#include "lib/run/locks.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::run {

namespace {

using errors::Error;
using errors::ExitCode;
using errors::Kind;

metrics::JobSeries series_of(const Tool& tool,
                             const config::SharedSettings& settings) {
    metrics::JobSeries series{tool.task, tool.routes, {}, false};
    series.refreshes_tokens = !tool.routes.empty();
    if (tool.series) {
        tool.series(settings, series);
    }
    return series;
}

ExitCode exit_code_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::success:
            return ExitCode::ok;
        case Outcome::partial:
            return ExitCode::partial;
        case Outcome::guarded:
            return ExitCode::guarded;
        default:
            return ExitCode::failed;
    }
}

}  // namespace

Life::Life(const Tool& tool, const config::SharedSettings& settings)
    : m_tool(&tool),
      m_settings(&settings),
      m_context(settings, tool.task, tool.name),
      m_book(m_context, tool.name, series_of(tool, settings)) {
    m_record.run_id = m_context.run_id();
    m_record.task_name = tool.task;
    m_record.trigger =
        settings.run.trigger == "auto" ? guess_trigger() : settings.run.trigger;
    m_record.host = host_name();
    m_record.pid = getpid();
    m_record.version = LARK_BATCH_VERSION;
    m_record.started_at = m_context.started_at();
    if (pushes()) {
        m_pusher.emplace(m_context.http(), settings.pushgateway, tool.name);
    }
}

bool Life::pushes() const {
    return records() && m_settings->run.push && m_settings->pushgateway.enabled;
}

bool Life::never_began() const {
    return m_outcome == Outcome::skipped ||
           (m_skip_reason == "overlap" && (m_outcome == Outcome::interrupted ||
                                           m_outcome == Outcome::timeout));
}

ExitCode Life::live() {
    log::info("begin", {{"program", m_tool->name},
                        {"version", LARK_BATCH_VERSION},
                        {"run_id", m_context.run_id()},
                        {"trigger", m_record.trigger},
                        {"dry_run", m_settings->run.dry_run}});
    try {
        begin();
        work();
    } catch (const Error& error) {
        note_error(error);
    } catch (const std::exception& fault) {
        note_error(
            Error{Kind::bug, fmt::format("unexpected: {}", fault.what())});
    }
    end();
    return m_exit_code;
}

void Life::begin() {
    refuse_if_unwanted();
    take_locks();
    if (records()) {
        begin_record();
    }
}

void Life::skip(const std::string& reason, const std::string& message,
                const std::string& hint) {
    m_skip_reason = reason;
    throw Error{Kind::skipped, message, hint};
}

void Life::refuse_if_unwanted() {
    const config::RunSettings& run = m_settings->run;
    if (!run.enabled) {
        skip("disabled", fmt::format("task '{}' is disabled", m_tool->task),
             fmt::format("set [tasks.{}] enabled = true", m_tool->task));
    }
    const auto due = clock::parse_rfc3339(run.scheduled_for);
    if (!due) {
        return;
    }
    m_start_delay =
        clock::unix_seconds(m_record.started_at) - clock::unix_seconds(*due);
    if (m_start_delay > static_cast<double>(run.misfire_grace_seconds)) {
        skip("misfire",
             fmt::format("task '{}' was due at {} and starts {:.0f} s late",
                         m_tool->task, clock::format_utc(*due), m_start_delay),
             "raise misfire_grace_seconds to run late all the same");
    }
}

// A held lock is a skip with a reason of its own.
void Life::take_locks() {
    const auto tick = [this] { m_context.check_stop(); };
    const clock::Deadline wait{
        clock::system_clock(),
        m_context.deadline().at_most(m_settings->run.lock_wait)};
    m_skip_reason = "overlap";
    m_lock = lock_file(m_book.folder(), m_tool->task, wait.remaining(), tick);
    db::require_schema(m_context.database());
    lock_database(m_context.database(), m_tool->task, wait.remaining(), tick);
    m_context.note_lock(true);
    m_skip_reason.clear();
}

// After the push: until then another run could push older totals over ours.
void Life::give_locks_back() {
    if (m_context.holds_lock()) {
        m_context.note_lock(false);
        try {
            db::release_task_lock(m_context.database(), m_tool->task);
        } catch (const Error& error) {
            log::debug("the session that held the lock is gone",
                       {{"reason", error.what()}});
        }
    }
    m_lock.reset();
}

void Life::begin_record() {
    push_start(m_book.begin(m_record));
}

void Life::work() {
    try {
        const Watchdog watchdog{m_context.database(), m_context.deadline()};
        m_result = m_tool->job(m_context);
    } catch (const Error& error) {
        // A stop shows in many ways, a cancelled statement for one.
        throw m_context.stop_reason().value_or(error);
    }
    m_outcome = m_result.outcome;
    m_exit_code = exit_code_of(m_outcome);
    if (m_result.error) {
        note_error(*m_result.error);
    }
}

void Life::note_error(const Error& error) {
    m_error = error;
    m_outcome = outcome_of(error.kind());
    m_exit_code = exit_code_for(error.kind());
    m_context.end_progress();
}

void Life::count() {
    metrics::Deltas& deltas = m_context.deltas();
    const std::string& task = m_tool->task;
    if (m_outcome == Outcome::skipped) {
        deltas.add(metrics::k_skipped,
                   {{"task_name", task}, {"reason", m_skip_reason}});
        return;
    }
    deltas.add(
        metrics::k_executions,
        {{"task_name", task}, {"status", std::string{status_of(m_outcome)}}});
    deltas.observe(metrics::k_duration, {{"task_name", task}},
                   m_context.seconds());
    if (m_outcome == Outcome::timeout) {
        deltas.add(metrics::k_timeouts, {{"task_name", task}});
    }
}

void Life::end() {
    m_context.end_progress();
    m_record.outcome = word_of(m_outcome);
    m_record.exit_code = to_int(m_exit_code);
    m_record.finished_at = clock::system_clock().now();
    m_record.stats_json = stats_json();
    m_record.error = m_error ? m_error->what() : "";
    // Without the lock file there is no state directory to write to, unless
    // another run has it.
    if (records() && (m_lock || never_began())) {
        count();
        const auto written = m_book.finish(m_record);
        push_end(written);
    }
    give_locks_back();
    if (m_error) {
        report(m_tool->name, *m_error);
    }
    write_result();
    if (!std::cout.flush()) {
        note_error(Error{Kind::failed, "the result could not be written"});
        report(m_tool->name, *m_error);
    }
    log::info("end", {{"outcome", word_of(m_outcome)},
                      {"exit_code", to_int(m_exit_code)},
                      {"seconds", m_context.seconds()}});
}

std::string Life::stats_json() const {
    text::JsonWriter json;
    json.begin_object().field("summary", m_result.summary);
    for (const auto& [name, value] : m_result.fields) {
        json.key(name).raw(value);
    }
    json.key("stages").begin_object();
    for (const Stage& stage : m_context.stages()) {
        json.field(stage.name, stage.seconds);
    }
    return json.end_object().end_object().str();
}

void Life::write_result() const {
    if (!m_settings->run.json) {
        if (isatty(STDOUT_FILENO) != 0) {
            std::cout << m_result.table << std::flush;
        }
        return;
    }
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("task", m_tool->task).field("run_id", m_context.run_id());
    json.field("outcome", word_of(m_outcome));
    json.field("exit_code", to_int(m_exit_code));
    json.field("started_at", clock::format_utc(m_context.started_at()));
    json.field("seconds", m_context.seconds());
    json.field("dry_run", m_settings->run.dry_run);
    if (m_error) {
        json.key("error").begin_object();
        json.field("message", m_error->what());
        json.field("hint", m_error->hint()).end_object();
    }
    for (const auto& [name, value] : m_result.fields) {
        json.key(name).raw(value);
    }
    std::cout << json.end_object().str() << std::endl;
}

}  // namespace lark_batch::run
