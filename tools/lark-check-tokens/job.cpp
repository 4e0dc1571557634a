#include "tools/lark-check-tokens/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/log/log.hpp"
#include "lib/run/lark_clients.hpp"
#include "lib/run/notice_report.hpp"
#include "lib/tokens/pair.hpp"
#include "lib/tokens/protect.hpp"
#include "tools/lark-check-tokens/app_status.hpp"
#include "tools/lark-check-tokens/metrics.hpp"
#include "tools/lark-check-tokens/wording.hpp"

namespace lark_batch::check_tokens {

namespace {

using Apps = std::vector<const config::AppSettings*>;

// Ends are judged by the database's clock; a difference is told, because
// schedules and retentions follow the other one.
constexpr clock::Duration k_most_skew{5 * 60'000};

Apps chosen_apps(const run::Context& context) {
    Apps apps = context.settings().apps.selected();
    if (apps.empty() && !context.settings().apps.is_empty_shard()) {
        throw errors::Error{errors::Kind::config,
                            "no app is configured and enabled",
                            "add an [[app]] section to the configuration"};
    }
    return apps;
}

void warn_of_skew(run::Context& context) {
    const auto skew =
        clock::system_clock().now() - database_now(context.database()).moment;
    if (skew > k_most_skew || skew < -k_most_skew) {
        log::warning(
            "this host's clock and the database's differ; ends of tokens are "
            "judged by the database's",
            {{"seconds", skew.count() / 1000}});
    }
}

class Check {
public:
    Check(run::Context& context, const Options& options)
        : m_context(&context),
          m_options(&options),
          m_apps(chosen_apps(context)),
          m_keys(context.settings().tokens),
          m_clients(context) {}

    run::Result run() {
        prepare();
        if (refreshing()) {
            m_context->stage("refresh", [&] { refresh(); });
        }
        m_context->stage("status", [&] { ask_status(); });
        m_context->stage("judge", [&] { judge(); });
        m_context->stage("notify", [&] { tell(); });
        return result();
    }

private:
    bool dry_run() const { return m_context->settings().run.dry_run; }
    bool refreshing() const { return m_options->refresh && !dry_run(); }

    void prepare();
    void refresh();
    void ask_status();
    void judge();
    void tell();
    void add_app_conditions();
    run::Result result();
    run::Outcome outcome() const;

    run::Context* m_context;
    const Options* m_options;
    Apps m_apps;
    tokens::Keyring m_keys;
    run::LarkClients m_clients;
    std::vector<AppReport> m_reports;
    Judging m_judging;
    std::vector<TokenCount> m_counts;
    std::optional<notify::Announcer> m_announcer;
    notify::Report m_notices;
};

void Check::prepare() {
    if (dry_run()) {
        tokens::check_keys(m_context->database(), m_keys);
    } else {
        tokens::require_keys(m_context->database(), m_keys);
    }
    warn_of_skew(*m_context);
    for (const config::AppSettings* app : m_apps) {
        m_reports.push_back({app->name, app->app_id, {}, {}, {}});
        m_judging.apps.push_back({app->name, app->wanted_scopes});
    }
    m_judging.warning_days = m_options->warning_days;
    m_judging.critical_days = m_options->critical_days;
    // A plan takes it for granted that what is due will be refreshed.
    m_judging.refresh_ahead =
        dry_run() ? clock::Duration::zero() : m_options->refresh_ahead;
    m_judging.refreshing = m_options->refresh;
    m_judging.zone = m_context->settings().run.timezone;
    // Before anything is done: a template may be wrong.
    const config::NotifySettings& notify = m_context->settings().notify;
    if (!notify.channels.empty()) {
        m_announcer.emplace(notify, m_clients.courier(), notice_source());
    }
}

void Check::refresh() {
    m_judging.due_as_of = database_now(m_context->database()).text;
    auto refreshed =
        refresh_due(*m_context, m_keys, m_apps, m_options->refresh_ahead);
    for (AppReport& app : m_reports) {
        app.refreshed = std::move(refreshed[app.name]);
        if (const auto& error = app.refreshed.error) {
            log::error(error->what(), {{"hint", error->hint()}});
        }
        if (app.refreshed.left > 0) {
            log::warning("the time limit leaves tokens for the next run",
                         {{"app", app.name}, {"tokens", app.refreshed.left}});
        }
    }
}

void Check::ask_status() {
    for (AppReport& app : m_reports) {
        app.status = app_status(m_clients.get(app.name),
                                [&] { m_context->check_stop(); });
    }
}

void Check::judge() {
    if (!refreshing()) {
        for (AppReport& app : m_reports) {
            app.refreshed.due = count_due(m_context->database(), app.name,
                                          m_options->refresh_ahead);
        }
    }
    m_counts = count_tokens(m_context->database(), m_judging);
    add_counts(m_reports, m_counts);
}

// Of an app that Lark does not speak of today, yesterday's word still holds.
void Check::add_app_conditions() {
    for (const AppReport& app : m_reports) {
        if (app.status == AppStatus::not_enabled) {
            add_disabled(m_context->database(), app.name);
        } else if (app.status == AppStatus::unknown) {
            keep_disabled(m_context->database(), app.name);
        }
    }
}

void Check::tell() {
    if (!m_announcer) {
        return;
    }
    db::Connection& database = m_context->database();
    if (!dry_run()) {
        close_removed(database);
    }
    db::create_conditions(database);
    fill_conditions(database, m_judging);
    add_app_conditions();
    notify::Examined examined;
    for (const AppReport& app : m_reports) {
        examined.apps.push_back(app.name);
    }
    m_notices = m_announcer->announce(
        database, examined,
        dry_run() ? notify::Mode::rehearsal : notify::Mode::real);
    for (const notify::ChannelReport& channel : m_notices.channels) {
        if (channel.failure) {
            log::error(channel.failure->what(),
                       {{"channel", channel.channel},
                        {"hint", channel.failure->hint()}});
        }
    }
}

// Something that this run should have done is left for the next.
run::Outcome Check::outcome() const {
    const bool all_refreshed = std::all_of(
        m_reports.begin(), m_reports.end(), [](const AppReport& app) {
            return !app.refreshed.error && app.refreshed.tally.all_well() &&
                   app.refreshed.left == 0;
        });
    return all_refreshed && m_notices.complete() ? run::Outcome::success
                                                 : run::Outcome::partial;
}

run::Result Check::result() {
    run::Result result;
    result.outcome = outcome();
    result.summary = summary_of(m_reports);
    result.fields.emplace_back("apps", apps_json(m_reports));
    result.fields.emplace_back("notices", run::notices_json(m_notices));
    result.table = table_of(m_reports, m_notices, dry_run());
    run::count_records(*m_context, records_of(m_reports), k_outcomes);
    count_notices(*m_context, m_reports, m_notices);
    set_gauges(*m_context, m_reports, m_counts);
    if (m_notices.ended) {
        throw errors::Error{*m_notices.ended};
    }
    return result;
}

}  // namespace

run::Result check(run::Context& context, const Options& options) {
    tokens::protect_memory();
    return Check{context, options}.run();
}

std::vector<metrics::ApiRoute> routes() {
    return {{"POST", "/open-apis/auth/v3/tenant_access_token/internal"},
            {"POST", "/open-apis/authen/v2/oauth/token", true},
            {"POST", "/oauth/v3/token", true},
            {"GET", k_application_api},
            {"POST", "/open-apis/im/v1/messages"}};
}

void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series) {
    for (const config::AppSettings* app : settings.apps.dealt()) {
        series.token_apps.push_back(app->app_id);
    }
    series.outcomes.assign(k_outcomes.begin(), k_outcomes.end());
    for (const config::ChannelSettings& channel : settings.notify.channels) {
        series.channels.push_back(channel.name);
    }
}

}  // namespace lark_batch::check_tokens
