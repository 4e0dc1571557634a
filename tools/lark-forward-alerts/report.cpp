#include "tools/lark-forward-alerts/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/metrics/names.hpp"
#include "lib/schedule/zone.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::forward_alerts {

namespace {

using notify::Severity;
using text::JsonWriter;

constexpr std::size_t k_most_shown = 200;

// As Prometheus' rules call it.
const char* label_of(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return "critical";
        case Severity::urgent:
            return "warning";
        default:
            return "info";
    }
}

std::string since(const Alert& alert, const std::string& zone) {
    return alert.started_at ? schedule::minute_in(zone, *alert.started_at)
                            : "an unknown time";
}

std::string app_of(const Alert& alert, const config::AppsSettings& apps) {
    const auto found =
        std::ranges::find_if(apps.all, [&](const config::AppSettings& app) {
            return app.name == alert.app || app.app_id == alert.app_id;
        });
    return found == apps.all.end() ? "" : found->name;
}

void write_facts(JsonWriter& json, const Alert& alert,
                 const std::string& zone) {
    json.begin_object().field("alert", alert.name);
    json.field("system", alert.system);
    json.field("severity", label_of(alert.severity));
    json.field("since", since(alert, zone));
    json.field("summary", alert.summary);
    json.field("description", alert.description);
    json.field("labels", alert.labels);
    json.field("fingerprint", alert.fingerprint);
    json.field("runbook", alert.runbook);
    json.field("dashboard", alert.dashboard);
    json.field("expression", alert.expression).end_object();
}

std::vector<const Alert*> worst_first(const std::vector<Alert>& alerts) {
    std::vector<const Alert*> order;
    order.reserve(alerts.size());
    for (const Alert& alert : alerts) {
        order.push_back(&alert);
    }
    std::ranges::stable_sort(order, [](const Alert* one, const Alert* other) {
        return std::pair{one->muted, other->severity} <
               std::pair{other->muted, one->severity};
    });
    order.resize(std::min(order.size(), k_most_shown));
    return order;
}

}  // namespace

Counts count(const std::vector<Alert>& alerts) {
    Counts counts;
    for (const Alert& alert : alerts) {
        if (alert.muted) {
            ++counts.muted;
        } else if (alert.severity == Severity::critical) {
            ++counts.critical;
        } else if (alert.severity == Severity::urgent) {
            ++counts.warning;
        } else {
            ++counts.info;
        }
    }
    return counts;
}

std::string memory_json(const std::vector<Alert>& alerts,
                        const config::AppsSettings& apps,
                        const std::string& zone) {
    JsonWriter json;
    json.begin_array();
    for (const Alert& alert : alerts) {
        json.begin_object().field("topic", alert.topic);
        json.field("app", app_of(alert, apps)).field("label", alert.name);
        json.field("level", static_cast<int>(alert.severity));
        json.field("muted", alert.muted).key("facts");
        write_facts(json, alert, zone);
        json.end_object();
    }
    return json.end_array().str();
}

std::string alertmanagers_json(const Round& round) {
    JsonWriter json;
    json.begin_array();
    for (const Asked& asked : round.asked) {
        json.begin_object().field("url", asked.url);
        json.field("answered", !asked.error).field("alerts", asked.alerts);
        if (asked.error) {
            json.field("error", asked.error->what());
        }
        json.end_object();
    }
    return json.end_array().str();
}

std::string counts_json(const Counts& counts) {
    JsonWriter json;
    json.begin_object().field("critical", counts.critical);
    json.field("warning", counts.warning).field("info", counts.info);
    return json.field("muted", counts.muted).end_object().str();
}

std::string word_of(Watchdog watchdog) {
    switch (watchdog) {
        case Watchdog::present:
            return "present";
        case Watchdog::absent:
            return "absent";
        default:
            return "unwatched";
    }
}

std::string alerts_json(const std::vector<Alert>& alerts) {
    JsonWriter json;
    json.begin_array();
    for (const Alert* alert : worst_first(alerts)) {
        json.begin_object().field("topic", alert->topic);
        json.field("alert", alert->name).field("system", alert->system);
        json.field("severity", label_of(alert->severity));
        json.field("muted", alert->muted);
        json.key("started_at");
        if (alert->started_at) {
            json.value(clock::format_utc(*alert->started_at));
        } else {
            json.null();
        }
        json.field("summary", alert->summary).end_object();
    }
    return json.end_array().str();
}

std::string table_of(const Round& round, Watchdog watchdog,
                     const std::string& zone) {
    text::Table table;
    for (const char* heading :
         {"severity", "system", "alert", "since", "summary"}) {
        table.column(heading);
    }
    for (const Alert* alert : worst_first(round.alerts)) {
        table.row({alert->muted ? "muted" : label_of(alert->severity),
                   alert->system, alert->name, since(*alert, zone),
                   alert->summary});
    }
    return (round.alerts.empty() ? "No alert fires.\n" : table.str()) +
           "watchdog: " + word_of(watchdog) + "\n";
}

std::string summary_of(const Counts& counts, Watchdog watchdog) {
    std::string summary = fmt::format("{} firing", counts.firing());
    if (counts.critical > 0) {
        summary += fmt::format(", {} critical", counts.critical);
    }
    if (counts.muted > 0) {
        summary += fmt::format(", {} muted", counts.muted);
    }
    return summary + (watchdog == Watchdog::absent ? ", no watchdog" : "");
}

void set_gauges(run::Context& context, const Counts& counts,
                Watchdog watchdog) {
    const auto add = [&](const char* severity, long long value) {
        context.gauges().push_back(metrics::gauge(metrics::k_forwarded_firing,
                                                  {{"severity", severity}},
                                                  static_cast<double>(value)));
    };
    add("critical", counts.critical);
    add("warning", counts.warning);
    add("info", counts.info);
    context.gauges().push_back(metrics::gauge(
        metrics::k_forwarded_muted, {}, static_cast<double>(counts.muted)));
    if (watchdog != Watchdog::unwatched) {
        context.gauges().push_back(
            metrics::gauge(metrics::k_forwarded_watchdog, {},
                           watchdog == Watchdog::present ? 1 : 0));
    }
}

}  // namespace lark_batch::forward_alerts
