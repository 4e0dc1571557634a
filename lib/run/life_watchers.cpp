// Who hears of a run: the watcher of its heartbeats, and people.
#include <algorithm>

#include "lib/run/life.hpp"
#include "lib/run/task_notices.hpp"

namespace lark_batch::run {

using errors::Error;

namespace {

// A run that is over sooner is told of by its end alone.
constexpr clock::Duration k_blink{50};

}  // namespace

void name_channels(const config::SharedSettings& settings,
                   metrics::JobSeries& series) {
    if (!severity_of(settings.run.notify)) {
        return;
    }
    for (const config::ChannelSettings& channel : settings.notify.channels) {
        if (std::ranges::find(series.channels, channel.name) ==
            series.channels.end()) {
            series.channels.push_back(channel.name);
        }
    }
}

// Whoever waits for a sign that the run has begun.
void Life::greet() {
    if (m_totals_before) {
        push_start(*m_totals_before);
    }
    start_heartbeat();
}

void Life::greet_beside() {
    const auto quietly = [](const std::function<void()>& work) {
        try {
            work();
        } catch (const std::exception& fault) {
            log::warning("nobody was told that the run has begun",
                         {{"reason", fault.what()}});
        }
    };
    m_greeting.begin(
        [this, quietly] { quietly([this] { prepare_to_speak(); }); },
        [this, quietly] { quietly([this] { greet(); }); }, k_blink);
}

// libcurl and its TLS take a millisecond to get ready.
void Life::prepare_to_speak() {
    if (pushes()) {
        pusher();
    }
    heartbeat();
}

// Null when nobody watches, and for a run without a record.
Heartbeat* Life::heartbeat() {
    const text::Secret& url = m_settings->run.heartbeat_url;
    if (!records() || url.empty()) {
        return nullptr;
    }
    if (!m_heartbeat) {
        m_heartbeat.emplace(m_context.http(), url, m_context.run_id());
    }
    return &*m_heartbeat;
}

void Life::start_heartbeat() {
    if (Heartbeat* const watcher = heartbeat()) {
        watcher->start();
    }
}

// Of a skipped run nobody outside is told: what keeps it from running, another
// run or a host that was asleep, is what the watcher waits for. But a task
// that somebody switched off must not wake anybody.
void Life::end_heartbeat() {
    const bool disabled = m_skip_reason == "disabled";
    Heartbeat* const watcher = heartbeat();
    if (watcher == nullptr || (m_outcome == Outcome::skipped && !disabled)) {
        return;
    }
    const bool fine = m_outcome == Outcome::success || disabled;
    const std::string message =
        m_error ? std::string{word_of(m_outcome)} + ", exit code " +
                      std::to_string(m_exit_code) + ": " + m_error->what()
                : m_result.summary;
    watcher->end(fine ? Beat::success : Beat::failure, message);
}

Trouble Life::trouble() const {
    Trouble trouble;
    trouble.outcome = word_of(m_outcome);
    trouble.exit_code = m_exit_code;
    trouble.host = m_record.host;
    trouble.error = m_error                    ? m_error->what()
                    : m_result.summary.empty() ? "see its record"
                                               : m_result.summary;
    trouble.run_id = m_record.run_id;
    trouble.next = "lark-admin runs --task " + task();
    trouble.since = m_record.started_at;
    return trouble;
}

notify::Report Life::announce(TaskNotices& notices, notify::Severity severity,
                              bool written) {
    if (m_outcome != Outcome::success) {
        if (!notices.has_route(severity)) {
            log::warning("nobody is told that the task failed",
                         {{"no_channel_for", notify::name_of(severity)}});
            return {};
        }
        const auto session = [this]() -> db::Connection& {
            return m_context.database();
        };
        return notices.failed(
            trouble(), severity,
            written ? TaskNotices::Database{session} : nullptr);
    }
    // Without the database nobody knows who was told; the next success does.
    return written ? notices.succeeded(m_context.database()) : notify::Report{};
}

// After the record was written, and before another run of the task can have
// something else to say.
void Life::tell_people(bool written) {
    const auto severity = severity_of(m_settings->run.notify);
    if (m_outcome == Outcome::skipped) {
        return;
    }
    if (!severity) {
        if (m_outcome == Outcome::success) {
            forget_trouble(m_book.folder(), task());
        }
        return;
    }
    try {
        TaskNotices notices{*m_settings, task(), m_tool->name};
        const notify::Report report = announce(notices, *severity, written);
        for (const notify::ChannelReport& channel : report.channels) {
            if (channel.failure) {
                log::warning(channel.failure->what(),
                             {{"channel", channel.channel},
                              {"hint", channel.failure->hint()}});
            }
        }
        if (written && !notices.deltas().empty()) {
            m_book.add_later(notices.deltas());
        }
    } catch (const Error& error) {
        log::warning("the next run tells people how the task fares",
                     {{"reason", error.what()}});
    }
}

}  // namespace lark_batch::run
