#include "tools/lark-healthcheck/history/notices.hpp"

#include "lib/log/log.hpp"
#include "lib/run/notice_report.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/json_writer.hpp"
#include "tools/lark-healthcheck/history/notice_wording.hpp"
#include "tools/lark-healthcheck/queries_memory.hpp"

namespace lark_batch::healthcheck {

namespace {

using errors::Error;
using notify::Severity;

std::optional<Severity> severity_of(State state) {
    switch (state) {
        case State::warning:
            return Severity::reminder;
        case State::unknown:
            return Severity::urgent;
        case State::critical:
            return Severity::critical;
        default:
            return std::nullopt;
    }
}

// "2026-11-22 02:15 UTC"
std::string minute(clock::WallTime time) {
    std::string text = clock::format_utc(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

void write_condition(text::JsonWriter& json, const Check& check,
                     const Remembered& known, Severity severity) {
    json.begin_object().field("topic", check.name).field("label", check.kind);
    json.field("level", static_cast<int>(severity));
    json.key("facts").begin_object();
    json.field("state", name_of(*known.state));
    json.field("since", minute(known.since));
    json.field("message", known.message);
    json.field("skipped_for", known.skipped_for);
    json.end_object().end_object();
}

// Every check that is not OK, of this run or not.
std::string conditions(const Options& options, const Memory& memory) {
    text::JsonWriter json;
    json.begin_array();
    for (const Check& check : options.checks) {
        const auto known = memory.find(check.name);
        if (!check.enabled || known == memory.end() || !known->second.state) {
            continue;
        }
        if (const auto severity = severity_of(*known->second.state)) {
            write_condition(json, check, known->second, *severity);
        }
    }
    return json.end_array().str();
}

bool wanted(const run::Context& context, const Options& options) {
    return options.notify && !options.only_looks() &&
           !context.settings().notify.channels.empty();
}

}  // namespace

Notices::Notices(run::Context& context, const Options& options)
    : m_context(context), m_options(options), m_clients(context) {
    if (wanted(context, options)) {
        m_announcer.emplace(context.settings().notify, m_clients.courier(),
                            notice_source(options));
    }
}

void Notices::tell(const Memory& memory) {
    // After a stop signal there is no time for it.
    if (!m_announcer || !m_context.recorded() || m_context.stop_reason()) {
        return;
    }
    if (!m_context.has_database()) {
        log::warning(
            "nobody is told of checks that changed: who knows what is in the "
            "database");
        return;
    }
    try {
        announce(memory);
    } catch (const Error& error) {
        log::warning("the next run tells of checks that changed",
                     {{"reason", error.what()}});
    }
}

void Notices::announce(const Memory& memory) {
    db::Connection& database = m_context.database();
    const run::Watchdog watchdog{database, m_context.deadline()};
    db::create_conditions(database);
    fill_conditions(database, conditions(m_options, memory));
    const notify::Report report =
        m_announcer->announce(database, {{""}}, notify::Mode::real);
    run::count_messages(m_context, report);
    for (const notify::ChannelReport& channel : report.channels) {
        if (channel.failure) {
            log::warning(channel.failure->what(),
                         {{"channel", channel.channel},
                          {"hint", channel.failure->hint()}});
        }
    }
}

void name_series(const config::SharedSettings& settings, const Options& options,
                 metrics::JobSeries& series) {
    if (!options.notify) {
        return;
    }
    for (const config::ChannelSettings& channel : settings.notify.channels) {
        series.channels.push_back(channel.name);
    }
}

}  // namespace lark_batch::healthcheck
