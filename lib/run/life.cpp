#include "lib/run/life.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <utility>

#include "lib/db/schema.hpp"
#include "lib/db/task_lock.hpp"
#include "lib/log/log.hpp"
#include "lib/run/api_counter.hpp"
#include "lib/run/funnel.hpp"
#include "lib/run/host.hpp"
#include "lib/run/locks.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::run {

namespace {

using errors::Error;
using errors::ExitCode;
using errors::Kind;

// A shard is a task of its own, beside the others: "sync_users@2of4".
std::string with_shard(const std::string& name,
                       const config::SharedSettings& settings) {
    const std::string shard = settings.apps.shard_name();
    return shard.empty() ? name : name + "@" + shard;
}

// The group on the Pushgateway, and part of the totals' key.
std::string group_of(const Tool& tool, const config::SharedSettings& settings) {
    return with_shard(tool.group.empty() ? tool.name : tool.group, settings);
}

metrics::JobSeries series_of(const Tool& tool,
                             const config::SharedSettings& settings) {
    metrics::JobSeries series;
    series.task_name = with_shard(tool.task, settings);
    series.routes = tool.routes;
    series.refreshes_tokens = !tool.routes.empty();
    if (tool.series) {
        tool.series(settings, series);
    }
    name_channels(settings, series);
    return series;
}

int exit_code_of(const Result& result) {
    switch (result.outcome) {
        case Outcome::success:
            return result.exit_code.value_or(to_int(ExitCode::ok));
        case Outcome::partial:
            return result.exit_code.value_or(to_int(ExitCode::partial));
        case Outcome::guarded:
            return result.exit_code.value_or(to_int(ExitCode::guarded));
        default:
            return result.exit_code.value_or(to_int(ExitCode::failed));
    }
}

bool is_to_be_recorded(const Tool& tool, const config::SharedSettings& all) {
    return !all.run.dry_run && (!tool.recorded || tool.recorded());
}

}  // namespace

Life::Life(const Tool& tool, const config::SharedSettings& settings)
    : m_tool(&tool),
      m_settings(&settings),
      m_context(settings, with_shard(tool.task, settings), tool.name),
      m_book(m_context, group_of(tool, settings), series_of(tool, settings)),
      m_elapse(triggering_timer(), task(), m_book.folder()) {
    m_record.run_id = m_context.run_id();
    m_record.task_name = task();
    m_record.trigger = settings.run.trigger == "auto" ? guess_trigger(m_elapse)
                                                      : settings.run.trigger;
    m_record.host = host_name();
    m_record.pid = getpid();
    m_record.version = LARK_BATCH_VERSION;
    m_record.started_at = m_context.started_at();
    if (!is_to_be_recorded(tool, settings)) {
        m_context.leave_no_record();
    }
}

// Made when it is first used: libcurl takes a millisecond to begin.
Pusher& Life::pusher() {
    if (!m_pusher) {
        m_pusher.emplace(m_context.http(), m_settings->pushgateway,
                         group_of(*m_tool, *m_settings));
    }
    return *m_pusher;
}

bool Life::pushes() const {
    return records() && m_settings->run.push && m_settings->pushgateway.enabled;
}

bool Life::never_began() const {
    return m_outcome == Outcome::skipped ||
           (m_skip_reason == "overlap" && (m_outcome == Outcome::interrupted ||
                                           m_outcome == Outcome::timeout));
}

int Life::live() {
    tell("begin", {{"program", m_tool->name},
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
    // A tool that only looks needs no leave to; a dry run does.
    if (records() || m_settings->run.dry_run) {
        refuse_if_unwanted();
        take_locks();
    }
    if (records() && m_context.has_database()) {
        begin_record();
    }
    if (m_tool->begins_at_once) {
        greet_beside();
    } else {
        greet();
    }
}

// A held lock is a skip with a reason of its own.
void Life::take_locks() {
    const clock::Deadline wait{
        clock::system_clock(),
        m_context.deadline().at_most(m_settings->run.lock_wait)};
    m_skip_reason = "overlap";
    try {
        take_file_lock(wait);
        take_database_lock(wait);
    } catch (const Error& error) {
        if (must_have_database()) {
            throw;
        }
        go_on_without(error);
    }
    m_skip_reason.clear();
}

void Life::take_file_lock(const clock::Deadline& wait) {
    m_lock = lock_file(m_book.folder(), task(), wait.remaining(),
                       [this] { m_context.check_stop(); });
    m_context.note_lock_file(m_lock->descriptor());
}

void Life::take_database_lock(const clock::Deadline& wait) {
    const BriefWatchdog watchdog{m_context.database(),
                                 wait.remaining() + k_answer_limit};
    db::require_schema(m_context.database());
    refuse_if_paused();
    lock_database(m_context.database(), task(), wait.remaining(),
                  [this] { m_context.check_stop(); });
    m_context.note_lock(true);
    refuse_if_served();
}

// What such a tool finds is wanted all the same. Beside another run it leaves
// no trace: two would overwrite each other's metrics.
void Life::go_on_without(const Error& reason) {
    const bool unwanted =
        reason.kind() == Kind::skipped &&
        (m_skip_reason == "disabled" || m_tool->beside == Beside::skips);
    if (unwanted || reason.kind() == Kind::stopped ||
        reason.kind() == Kind::timeout) {
        throw Error{reason};
    }
    if (reason.kind() == Kind::skipped || !m_lock) {
        log::warning("going on without a record", {{"reason", reason.what()}});
        m_lock.reset();
        m_context.leave_no_record();
        return;
    }
    log::warning("going on without the database", {{"reason", reason.what()}});
    m_context.give_up_database();
}

// After the push: until then another run could push older totals over ours.
void Life::give_locks_back() {
    if (m_context.holds_lock()) {
        m_context.note_lock(false);
        try {
            const BriefWatchdog watchdog{m_context.database(), k_answer_limit};
            db::release_task_lock(m_context.database(), task());
        } catch (const Error& error) {
            log::debug("the session that held the lock is gone",
                       {{"reason", error.what()}});
        }
    }
    m_lock.reset();
}

void Life::begin_record() {
    try {
        m_totals_before = m_book.begin(m_record);
    } catch (const Error& error) {
        if (must_have_database()) {
            throw;
        }
        go_on_without(error);
    }
}

void Life::work() {
    try {
        std::optional<Watchdog> watchdog;
        if (must_have_database()) {
            watchdog.emplace(m_context.database(), m_context.deadline());
        }
        m_result = m_tool->job(m_context);
    } catch (const Error& error) {
        // A stop shows in many ways, a cancelled statement for one.
        throw m_context.stop_reason().value_or(error);
    }
    m_outcome = m_result.outcome;
    m_exit_code = exit_code_of(m_result);
    if (m_result.error) {
        note_error(*m_result.error);
        m_exit_code = m_result.exit_code.value_or(m_exit_code);
    }
}

void Life::note_error(const Error& error) {
    m_error = error;
    m_outcome = outcome_of(error.kind());
    m_exit_code = exit_code_for(error.kind(), m_tool->contract);
    m_context.end_progress();
}

void Life::count() {
    metrics::Deltas& deltas = m_context.deltas();
    if (m_outcome == Outcome::skipped) {
        deltas.add(metrics::k_skipped,
                   {{"task_name", task()}, {"reason", m_skip_reason}});
        return;
    }
    deltas.add(
        metrics::k_executions,
        {{"task_name", task()}, {"status", std::string{status_of(m_outcome)}}});
    deltas.observe(metrics::k_duration, {{"task_name", task()}},
                   m_context.seconds());
    if (m_outcome == Outcome::timeout) {
        deltas.add(metrics::k_timeouts, {{"task_name", task()}});
    }
}

void Life::end() {
    m_context.end_progress();
    m_record.outcome = word_of(m_outcome);
    m_record.exit_code = m_exit_code;
    m_record.finished_at = clock::system_clock().now();
    m_record.stats_json = stats_json();
    m_record.error = m_error ? m_error->what() : "";
    // Without the lock file there is no state directory to write to, unless
    // another run has it.
    if (records() && (m_lock || never_began())) {
        count();
        const auto written = m_context.has_database() ? m_book.finish(m_record)
                                                      : m_book.keep(m_record);
        m_greeting.end();
        push_end(written);
        tell_people(written.has_value());
    }
    m_greeting.end();
    end_heartbeat();
    give_locks_back();
    if (m_error) {
        report(m_tool->name, *m_error);
    }
    write_result();
    if (!std::cout.flush()) {
        const Error lost{Kind::failed, "the result could not be written"};
        // A run that failed already has said with which code.
        if (m_exit_code == 0) {
            note_error(lost);
        }
        report(m_tool->name, lost);
    }
    tell("end", {{"outcome", word_of(m_outcome)},
                 {"exit_code", m_exit_code},
                 {"seconds", m_context.seconds()}});
}

// A run's first and last line. One that only looks, perhaps every few
// seconds, has nothing to be found again by.
void Life::tell(const std::string& what, const log::Fields& fields) const {
    if (m_tool->recorded && !m_tool->recorded()) {
        log::debug(what, fields);
    } else {
        log::info(what, fields);
    }
}

std::string Life::stats_json() const {
    text::JsonWriter json;
    json.begin_object().field("summary", m_result.summary);
    for (const auto& [name, value] : m_result.fields) {
        json.key(name).raw(value);
    }
    const auto metered = metered_calls(m_context.deltas().totals());
    if (metered > 0) {
        json.field("metered_calls", metered);
    }
    json.key("stages").begin_object();
    for (const Stage& stage : m_context.stages()) {
        json.field(stage.name, stage.seconds);
    }
    return json.end_object().end_object().str();
}

void Life::write_result() const {
    if (!m_settings->run.json) {
        const bool silent = m_result.text.empty() && m_result.table.empty();
        if (m_error && silent && m_tool->last_words) {
            std::cout << m_tool->last_words(*m_error);
        }
        std::cout << m_result.text << std::flush;
        if (isatty(STDOUT_FILENO) != 0) {
            std::cout << m_result.table << std::flush;
        }
        return;
    }
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("task", task()).field("run_id", m_context.run_id());
    json.field("outcome", word_of(m_outcome));
    json.field("exit_code", m_exit_code);
    json.field("started_at", clock::format_utc(m_context.started_at()));
    json.field("seconds", m_context.seconds());
    json.field("dry_run", m_settings->run.dry_run);
    if (m_error) {
        json.key("error").begin_object();
        json.field("message", m_error->what());
        json.field("hint", m_error->hint()).end_object();
    }
    for (const auto* members : {&m_result.fields, &m_result.details}) {
        for (const auto& [name, value] : *members) {
            json.key(name).raw(value);
        }
    }
    std::cout << json.end_object().str() << std::endl;
}

}  // namespace lark_batch::run
