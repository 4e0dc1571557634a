#include "lib/run/context.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "lib/db/task_lock.hpp"
#include "lib/errors/error.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/run/wiring.hpp"

namespace lark_batch::run {

namespace {

clock::Deadline deadline_of(const config::RunSettings& run) {
    clock::Clock& clock = clock::system_clock();
    return run.timeout.count() == 0 ? clock::Deadline{clock}
                                    : clock::Deadline{clock, run.timeout};
}

double seconds_since(clock::Instant begin) {
    return std::chrono::duration<double>(clock::system_clock().instant() -
                                         begin)
        .count();
}

}  // namespace

Context::Context(const config::SharedSettings& settings, std::string task,
                 std::string program)
    : m_settings(&settings),
      m_task(std::move(task)),
      m_program(std::move(program)),
      m_run_id(clock::random_uuid()),
      m_started_at(clock::system_clock().now()),
      m_begin(clock::system_clock().instant()),
      m_deadline(deadline_of(settings.run)) {}

Context::~Context() = default;

double Context::seconds() const {
    return seconds_since(m_begin);
}

db::Connection& Context::database() {
    if (!m_database) {
        m_database = std::make_unique<db::Connection>(
            database_settings(m_settings->database, m_program));
        ++m_sessions;
    }
    return *m_database;
}

db::Connection& Context::reconnect() {
    m_database.reset();
    // Remembered until a session is there: this may take several attempts.
    m_lost_lock = std::exchange(m_holds_lock, false) || m_lost_lock;
    db::Connection& fresh = database();
    if (std::exchange(m_lost_lock, false)) {
        const BriefWatchdog watchdog{fresh, k_answer_limit};
        m_holds_lock = db::try_task_lock(fresh, m_task);
    }
    return fresh;
}

http::Client& Context::http() {
    if (!m_http) {
        m_http =
            std::make_unique<http::Client>(http_settings(m_settings->http));
    }
    return *m_http;
}

std::optional<errors::Error> Context::stop_reason() const {
    if (stop_signal() != 0) {
        return errors::Error{
            errors::Kind::stopped,
            fmt::format("stopped by signal {}", stop_signal())};
    }
    if (m_deadline.passed()) {
        return errors::Error{
            errors::Kind::timeout,
            fmt::format("the run took longer than its --timeout of {}",
                        text::format_duration(m_settings->run.timeout))};
    }
    return std::nullopt;
}

void Context::check_stop() const {
    if (const auto reason = stop_reason()) {
        throw errors::Error{*reason};
    }
}

void Context::add_stage(const std::string& name, double seconds) {
    const auto known =
        std::find_if(m_stages.begin(), m_stages.end(),
                     [&](const Stage& stage) { return stage.name == name; });
    if (known == m_stages.end()) {
        m_stages.push_back({name, seconds});
    } else {
        known->seconds += seconds;
    }
}

void Context::stage(const std::string& name,
                    const std::function<void()>& work) {
    const clock::Instant begin = clock::system_clock().instant();
    try {
        work();
    } catch (...) {
        add_stage(name, seconds_since(begin));
        throw;
    }
    add_stage(name, seconds_since(begin));
}

void Context::show_progress(const std::string& line) {
    if (isatty(STDERR_FILENO) == 0 || m_settings->run.json) {
        return;
    }
    // Erases what a longer line before it left behind (ECMA-48, EL).
    std::cerr << '\r' << line << "\x1b[K" << std::flush;
    m_progress_shown = true;
}

void Context::end_progress() {
    if (std::exchange(m_progress_shown, false)) {
        std::cerr << "\r\x1b[K" << std::flush;
    }
}

}  // namespace lark_batch::run
