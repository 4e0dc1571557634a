#include "tools/lark-forward-alerts/job.hpp"

#include <algorithm>
#include <iterator>
#include <list>

#include "lib/clock/clock.hpp"
#include "lib/log/log.hpp"
#include "lib/run/lark_clients.hpp"
#include "lib/run/notice_report.hpp"
#include "tools/lark-forward-alerts/fetch.hpp"
#include "tools/lark-forward-alerts/queries.hpp"
#include "tools/lark-forward-alerts/report.hpp"
#include "tools/lark-forward-alerts/wording.hpp"

namespace lark_batch::forward_alerts {

namespace {

using errors::Error;
using errors::Kind;

// One channel with all that it needs, so that one that hangs uses up its own
// share of the run's time and nothing of the next one's.
class Desk {
public:
    Desk(run::Context& context, const config::ChannelSettings& channel,
         const notify::Source& source)
        : m_until(context.deadline()),
          m_clients(context, m_until),
          m_settings(only(context.settings().notify, channel)),
          m_announcer(m_settings, m_clients.courier(), source) {}

    notify::Report announce(db::Connection& database,
                            const notify::Examined& examined, notify::Mode mode,
                            clock::Duration share) {
        m_until = clock::Deadline{clock::system_clock(), share};
        return m_announcer.announce(database, examined, mode);
    }

private:
    static config::NotifySettings only(config::NotifySettings all,
                                       const config::ChannelSettings& one) {
        all.channels = {one};
        return all;
    }

    clock::Deadline m_until;
    run::LarkClients m_clients;
    config::NotifySettings m_settings;
    notify::Announcer m_announcer;
};

class Forwarding {
public:
    Forwarding(run::Context& context, const Options& options)
        : m_context(&context), m_options(&options) {}

    run::Result run();

private:
    bool dry_run() const { return m_context->settings().run.dry_run; }

    void prepare();
    void fetch();
    void tell();
    void tell_channels(db::Connection& database);
    run::Result result();

    run::Context* m_context;
    const Options* m_options;
    Vocabulary m_vocabulary;
    std::list<Desk> m_desks;
    Round m_round;
    Look m_look;
    notify::Report m_notices;
};

void Forwarding::prepare() {
    const config::SharedSettings& settings = m_context->settings();
    if (settings.alertmanager.urls.empty()) {
        throw Error{Kind::config, "no Alertmanager is configured",
                    "set [alertmanager] urls, or disable what starts "
                    "lark-forward-alerts"};
    }
    if (settings.notify.channels.empty()) {
        throw Error{Kind::config, "no channel is configured",
                    "add a [[channel]] and name it in a route of [notify]"};
    }
    m_vocabulary.watchdog = m_options->watchdog;
    m_vocabulary.dashboards_url = m_options->dashboards_url;
    for (const config::ChannelSettings& channel : settings.notify.channels) {
        m_desks.emplace_back(*m_context, channel, notice_source(m_vocabulary));
    }
}

void Forwarding::fetch() {
    const config::SharedSettings& settings = m_context->settings();
    m_round = fetch_alerts(*m_context, m_options->watchdog);
    for (const Asked& asked : m_round.asked) {
        if (asked.error) {
            log::error(asked.error->what(), {{"hint", asked.error->hint()}});
        }
    }
    m_look.alerts_json =
        memory_json(m_round.alerts, settings.apps, settings.run.timezone);
    if (!m_options->watchdog.empty()) {
        m_look.watchdog =
            m_round.watchdog ? Watchdog::present : Watchdog::absent;
    }
    m_look.watchdog_after = m_options->watchdog_after;
    m_look.resolve_after = m_options->resolve_after;
    m_look.zone = settings.run.timezone;
    m_look.mode = dry_run() ? notify::Mode::rehearsal : notify::Mode::real;
    if (m_look.watchdog == Watchdog::absent) {
        log::warning("Alertmanager has no watchdog; nothing counts as resolved",
                     {{"alert", m_options->watchdog}});
    }
}

// The last one has all that is left.
void Forwarding::tell_channels(db::Connection& database) {
    const notify::Examined examined{examined_apps(database)};
    auto left = static_cast<int>(m_desks.size());
    for (Desk& desk : m_desks) {
        const clock::Duration share =
            m_context->deadline().remaining() / left--;
        notify::Report report =
            desk.announce(database, examined, m_look.mode, share);
        std::ranges::move(report.channels,
                          std::back_inserter(m_notices.channels));
        if (report.ended && (report.ended->kind() == Kind::stopped ||
                             m_context->deadline().passed())) {
            m_notices.ended = report.ended;
            return;
        }
    }
}

void Forwarding::tell() {
    db::Connection& database = m_context->database();
    take_in(database, m_look);
    m_vocabulary.gone = facts_of_gone(database, m_look);
    tell_channels(database);
    for (const notify::ChannelReport& channel : m_notices.channels) {
        if (channel.failure) {
            log::error(channel.failure->what(),
                       {{"channel", channel.channel},
                        {"hint", channel.failure->hint()}});
        }
    }
    if (!dry_run()) {
        settle(database, m_look, m_notices);
    }
}

run::Result Forwarding::result() {
    const Counts counts = count(m_round.alerts);
    run::Result result;
    bool complete = m_notices.complete();
    for (const Asked& asked : m_round.asked) {
        complete = complete && !asked.error;
    }
    result.outcome = complete ? run::Outcome::success : run::Outcome::partial;
    result.summary = summary_of(counts, m_look.watchdog);
    result.fields.emplace_back("alertmanagers", alertmanagers_json(m_round));
    result.fields.emplace_back("alerts", counts_json(counts));
    result.fields.emplace_back("watchdog",
                               "\"" + word_of(m_look.watchdog) + "\"");
    result.fields.emplace_back("notices", run::notices_json(m_notices));
    result.details.emplace_back("alert_list", alerts_json(m_round.alerts));
    result.table = (dry_run() ? "Plan only, nothing was sent.\n" : "") +
                   table_of(m_round, m_look.watchdog, m_look.zone) +
                   run::notices_text(m_notices, dry_run());
    set_gauges(*m_context, counts, m_look.watchdog);
    if (!dry_run()) {
        run::count_messages(*m_context, m_notices);
    }
    if (m_notices.ended) {
        throw Error{*m_notices.ended};
    }
    return result;
}

run::Result Forwarding::run() {
    prepare();
    m_context->stage("fetch", [&] { fetch(); });
    m_context->stage("notify", [&] { tell(); });
    return result();
}

}  // namespace

run::Result forward(run::Context& context, const Options& options) {
    return Forwarding{context, options}.run();
}

void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series) {
    for (const config::ChannelSettings& channel : settings.notify.channels) {
        series.channels.push_back(channel.name);
    }
}

}  // namespace lark_batch::forward_alerts
