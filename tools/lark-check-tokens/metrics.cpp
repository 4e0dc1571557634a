#include "tools/lark-check-tokens/metrics.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "lib/metrics/labels.hpp"
#include "lib/run/notice_report.hpp"

namespace lark_batch::check_tokens {

namespace {

using metrics::Labels;

constexpr double k_day = 86'400;

std::string app_id_of(const std::vector<AppReport>& apps,
                      const std::string& name) {
    const auto found =
        std::find_if(apps.begin(), apps.end(),
                     [&](const AppReport& app) { return app.name == name; });
    return found == apps.end() ? "" : found->app_id;
}

// The earliest moment of each label set.
using Firsts = std::map<Labels, double>;

void keep_first(Firsts& firsts, const Labels& labels,
                const std::optional<double>& moment) {
    if (moment) {
        const auto [place, fresh] = firsts.emplace(labels, *moment);
        place->second = std::min(place->second, *moment);
    }
}

// A family of which nothing is pushed stays on the gateway as it was: the
// token that was revoked last would count as expired for ever.
void add_no_end(const std::vector<AppReport>& apps, Firsts& firsts,
                const Labels& more) {
    for (const AppReport& app : apps) {
        Labels labels{{"app_id", app.app_id}};
        labels.insert(labels.end(), more.begin(), more.end());
        firsts.emplace(labels, std::numeric_limits<double>::infinity());
    }
}

void add_expiry(run::Context& context, const Firsts& firsts,
                const metrics::Family& moment, const metrics::Family& days) {
    const double now = clock::unix_seconds(clock::system_clock().now());
    for (const auto& [labels, first] : firsts) {
        context.gauges().push_back(metrics::gauge(moment, labels, first));
        context.gauges().push_back(
            metrics::gauge(days, labels, (first - now) / k_day));
    }
}

void add_expiries(run::Context& context, const std::vector<AppReport>& apps,
                  const std::vector<TokenCount>& counts) {
    Firsts ends;
    Firsts refresh_ends;
    for (const TokenCount& count : counts) {
        const std::string app_id = app_id_of(apps, count.app);
        keep_first(ends, {{"app_id", app_id}, {"token_type", count.token_type}},
                   count.needs_person_at);
        keep_first(refresh_ends, {{"app_id", app_id}}, count.refresh_ends_at);
    }
    if (ends.empty()) {
        add_no_end(apps, ends, {{"token_type", "user_access_token"}});
    }
    if (refresh_ends.empty()) {
        add_no_end(apps, refresh_ends, {});
    }
    add_expiry(context, ends, metrics::k_token_expiry, metrics::k_token_days);
    add_expiry(context, refresh_ends, metrics::k_refresh_expiry,
               metrics::k_refresh_days);
}

void add_app_gauges(run::Context& context, const AppReport& app) {
    const Labels label{{"app", app.name}};
    auto& gauges = context.gauges();
    const auto add = [&](const metrics::Family& family, std::int64_t value) {
        gauges.push_back(
            metrics::gauge(family, label, static_cast<double>(value)));
    };
    add(metrics::k_tokens_needing_login, app.needing_login);
    add(metrics::k_tokens_failing, app.failing);
    add(metrics::k_tokens_lacking_scopes, app.lacking_scopes);
    if (app.status != AppStatus::unknown) {
        add(metrics::k_app_enabled, app.status == AppStatus::enabled ? 1 : 0);
    }
    for (const auto name : metrics::values_of(metrics::k_tokens, "class")) {
        const auto found = app.classes.find(std::string{name});
        const std::int64_t count =
            found == app.classes.end() ? 0 : found->second;
        gauges.push_back(
            metrics::gauge(metrics::k_tokens,
                           {{"app", app.name}, {"class", std::string{name}}},
                           static_cast<double>(count)));
    }
}

void count_told(run::Context& context, const std::vector<AppReport>& apps,
                const notify::ChannelReport& channel) {
    for (const notify::Told& told : channel.told) {
        const std::string app_id = app_id_of(apps, told.app);
        if (!app_id.empty() && !told.label.empty() &&
            told.kind != notify::EntryKind::recovered) {
            context.deltas().add(
                metrics::k_token_warnings,
                {{"app_id", app_id}, {"token_type", told.label}},
                static_cast<double>(told.count));
        }
    }
}

}  // namespace

run::Records records_of(const std::vector<AppReport>& apps) {
    run::Records records;
    for (const AppReport& app : apps) {
        const tokens::Tally& tally = app.refreshed.tally;
        std::int64_t all = 0;
        for (const auto& [name, count] : app.classes) {
            all += count;
        }
        const std::int64_t failed =
            tally.failed + tally.unknown + tally.refused + tally.lost;
        records.updated += tally.refreshed;
        records.failed += failed;
        records.unchanged +=
            std::max<std::int64_t>(0, all - tally.refreshed - failed);
    }
    return records;
}

void count_notices(run::Context& context, const std::vector<AppReport>& apps,
                   const notify::Report& notices) {
    if (context.settings().run.dry_run) {
        return;
    }
    run::count_messages(context, notices);
    for (const notify::ChannelReport& channel : notices.channels) {
        count_told(context, apps, channel);
    }
}

void set_gauges(run::Context& context, const std::vector<AppReport>& apps,
                const std::vector<TokenCount>& counts) {
    if (apps.size() != context.settings().apps.dealt().size()) {
        return;
    }
    add_expiries(context, apps, counts);
    for (const AppReport& app : apps) {
        add_app_gauges(context, app);
    }
}

}  // namespace lark_batch::check_tokens
