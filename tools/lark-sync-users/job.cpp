#include "tools/lark-sync-users/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/run/records.hpp"
#include "tools/lark-sync-users/app_sync.hpp"

namespace lark_batch::sync_users {

namespace {

std::int64_t of(const Counts& counts, const char* fate) {
    const auto found = counts.find(fate);
    return found == counts.end() ? 0 : found->second;
}

// People, by what became of them; `failed` counts the departments whose
// people could not all be read.
run::Records records_of(const std::vector<AppReport>& apps) {
    run::Records records;
    for (const AppReport& app : apps) {
        const Counts& users = app.changes.users;
        records.created += of(users, "created");
        records.updated += of(users, "updated") + of(users, "revived");
        records.unchanged += of(users, "unchanged");
        records.deleted += of(users, "departed") + of(users, "out_of_scope");
        records.failed += static_cast<std::int64_t>(app.gaps);
    }
    return records;
}

void append(std::vector<metrics::Gauge>& all,
            const std::vector<metrics::Gauge>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

// A push replaces a family as a whole, so the gauges of all apps come
// together; when only some apps ran, the gateway keeps what it has.
void set_gauges(run::Context& context, const std::vector<AppReport>& apps) {
    const auto enabled = context.settings().apps.dealt().size();
    const bool pushed =
        context.settings().run.push && context.settings().pushgateway.enabled;
    if (!pushed || apps.size() != enabled || context.settings().run.dry_run) {
        return;
    }
    // An app that failed says nothing of these two: the gateway keeps what it
    // has, of all apps, rather than to show a zero that nobody counted.
    const bool all_read =
        std::none_of(apps.begin(), apps.end(), [](const AppReport& app) {
            return app.outcome == run::Outcome::failure;
        });
    for (const AppReport& app : apps) {
        append(context.gauges(),
               gauges_of(app, all_read,
                         count_states(context.database(), app.name)));
    }
}

void log_app(const AppReport& app) {
    for (const std::string& warning : app.warnings) {
        log::warning(warning, {{"app", app.name}});
    }
    log::info("synced", {{"app", app.name},
                         {"outcome", run::word_of(app.outcome)},
                         {"created", of(app.changes.users, "created")},
                         {"updated", of(app.changes.users, "updated")},
                         {"departed", of(app.changes.users, "departed")},
                         {"unchanged", of(app.changes.users, "unchanged")},
                         {"api_calls", app.api_calls},
                         {"retries", app.retries}});
}

// The error of the run is told at its end; the others only here.
void log_errors(const run::Result& result, const std::vector<AppReport>& apps) {
    for (const AppReport& app : apps) {
        const bool told = result.error && &app == &apps.front();
        if (app.error && !told) {
            log::error(app.error->what(),
                       {{"app", app.name}, {"hint", app.error->hint()}});
        }
    }
}

// "12 created, 34 updated, 5 departed", over all apps.
std::string summary_of(const std::vector<AppReport>& apps) {
    std::string summary;
    for (const char* fate :
         {"created", "updated", "revived", "departed", "out_of_scope"}) {
        std::int64_t count = 0;
        for (const AppReport& app : apps) {
            count += of(app.changes.users, fate);
        }
        if (count != 0) {
            summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ",
                                   count, fate);
        }
    }
    return summary.empty() ? "no change" : summary;
}

// All failed: the first error speaks for the run. Some: partial.
void judge(run::Result& result, const std::vector<AppReport>& apps) {
    const auto failed =
        std::count_if(apps.begin(), apps.end(), [](const AppReport& app) {
            return app.outcome == run::Outcome::failure;
        });
    const bool incomplete =
        std::any_of(apps.begin(), apps.end(), [](const AppReport& app) {
            return app.outcome != run::Outcome::success;
        });
    if (failed > 0 && failed == static_cast<std::ptrdiff_t>(apps.size())) {
        result.outcome = run::Outcome::failure;
        result.error = apps.front().error;
    } else if (incomplete) {
        result.outcome = run::Outcome::partial;
    }
}

}  // namespace

std::vector<metrics::Gauge> gauges_of(const AppReport& app, bool all_read,
                                      const Outcomes& states) {
    std::vector<metrics::Gauge> gauges;
    const metrics::Labels label{{"app", app.name}};
    if (all_read) {
        gauges.push_back(
            metrics::gauge(metrics::k_sync_fields_lost, label,
                           static_cast<double>(app.lost_fields.size())));
        gauges.push_back(metrics::gauge(metrics::k_sync_incomplete_departments,
                                        label, static_cast<double>(app.gaps)));
    }
    const auto add = [&](const char* kind, const Counts& counts) {
        for (const auto& [state, count] : counts) {
            gauges.push_back(metrics::gauge(
                metrics::k_sync_objects,
                {{"app", app.name}, {"kind", kind}, {"state", state}},
                static_cast<double>(count)));
        }
    };
    add("user", states.users);
    add("department", states.departments);
    add("membership", states.memberships);
    return gauges;
}

std::vector<metrics::ApiRoute> routes() {
    const std::string contact = "/open-apis/contact/v3/";
    return {{"POST", "/open-apis/auth/v3/tenant_access_token/internal"},
            {"GET", contact + "scopes"},
            {"GET", contact + "departments/:department_id/children", true},
            {"GET", contact + "departments/batch"},
            {"GET", contact + "users/find_by_department", true},
            {"GET", contact + "users/batch"},
            {"GET", contact + "users/:user_id"},
            {"GET", contact + "departments/:department_id"}};
}

void name_series(const config::SharedSettings& settings,
                 metrics::JobSeries& series) {
    for (const config::AppSettings* app : settings.apps.dealt()) {
        series.apps.push_back(app->name);
    }
    const auto outcomes = metrics::values_of(metrics::k_records, "outcome");
    series.outcomes.assign(outcomes.begin(), outcomes.end());
}

run::Result sync(run::Context& context, const Options& options) {
    const auto apps = context.settings().apps.selected();
    if (apps.empty() && !context.settings().apps.is_empty_shard()) {
        throw errors::Error{errors::Kind::config,
                            "no app is configured and enabled",
                            "add an [[app]] section to the configuration"};
    }
    std::vector<AppReport> reports;
    for (const config::AppSettings* app : apps) {
        reports.push_back(AppSync{context, options, *app}.run());
        log_app(reports.back());
    }
    run::count_records(context, records_of(reports));
    try {
        set_gauges(context, reports);
    } catch (const errors::Error& error) {
        // What was switched is done, whatever happens to its gauges.
        log::warning("the directory cannot be counted for the metrics",
                     {{"reason", error.what()}});
    }
    run::Result result;
    result.summary = summary_of(reports);
    result.fields.emplace_back("apps", apps_json(reports));
    result.table = apps_table(reports, context.settings().run.dry_run);
    judge(result, reports);
    log_errors(result, reports);
    return result;
}

}  // namespace lark_batch::sync_users
