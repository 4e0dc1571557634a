#include "tools/lark-check-tokens/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/run/notice_report.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::check_tokens {

namespace {

constexpr std::array k_classes{"valid", "expiring", "critical", "expired"};

const char* word_of(AppStatus status) {
    switch (status) {
        case AppStatus::enabled:
            return "enabled";
        case AppStatus::not_enabled:
            return "not enabled";
        default:
            return "unknown";
    }
}

std::int64_t count_in(const AppReport& app, const char* token_class) {
    const auto found = app.classes.find(token_class);
    return found == app.classes.end() ? 0 : found->second;
}

void write_refreshes(text::JsonWriter& json, const Refreshed& refreshed) {
    const tokens::Tally& tally = refreshed.tally;
    json.key("refresh").begin_object();
    json.field("due", refreshed.due).field("refreshed", tally.refreshed);
    json.field("failed", tally.failed).field("unknown", tally.unknown);
    json.field("refused", tally.refused).field("lost", tally.lost);
    json.field("busy", tally.busy).field("superseded", tally.superseded);
    json.end_object();
}

void write_app(text::JsonWriter& json, const AppReport& app) {
    json.begin_object().field("name", app.name);
    json.field("status", word_of(app.status));
    if (app.refreshed.error) {
        json.field("error", app.refreshed.error->what());
        json.field("hint", app.refreshed.error->hint());
    }
    json.key("tokens").begin_object();
    for (const char* name : k_classes) {
        json.field(name, count_in(app, name));
    }
    json.end_object();
    json.field("needing_login", app.needing_login);
    json.field("failing", app.failing);
    json.field("lacking_scopes", app.lacking_scopes);
    write_refreshes(json, app.refreshed);
    json.end_object();
}

}  // namespace

void add_counts(std::vector<AppReport>& apps,
                const std::vector<TokenCount>& counts) {
    for (const TokenCount& count : counts) {
        const auto app = std::find_if(
            apps.begin(), apps.end(),
            [&](const AppReport& one) { return one.name == count.app; });
        if (app != apps.end()) {
            app->classes[count.token_class] += count.count;
            app->needing_login += count.needing_login;
            app->failing += count.failing;
            app->lacking_scopes += count.lacking_scopes;
        }
    }
}

std::string apps_json(const std::vector<AppReport>& apps) {
    text::JsonWriter json;
    json.begin_array();
    for (const AppReport& app : apps) {
        write_app(json, app);
    }
    return json.end_array().str();
}

std::string table_of(const std::vector<AppReport>& apps,
                     const notify::Report& notices, bool dry_run) {
    text::Table table;
    table.column("app").column("app is");
    for (const char* heading :
         {"due", "refreshed", "failed", "valid", "expiring", "critical",
          "expired", "need login", "lack scopes"}) {
        table.column(heading, text::Align::right);
    }
    for (const AppReport& app : apps) {
        const tokens::Tally& tally = app.refreshed.tally;
        table.row({app.name, word_of(app.status),
                   std::to_string(app.refreshed.due),
                   std::to_string(tally.refreshed),
                   std::to_string(tally.failed + tally.unknown),
                   std::to_string(count_in(app, "valid")),
                   std::to_string(count_in(app, "expiring")),
                   std::to_string(count_in(app, "critical")),
                   std::to_string(count_in(app, "expired")),
                   std::to_string(app.needing_login),
                   std::to_string(app.lacking_scopes)});
    }
    std::string text =
        dry_run ? "Plan only, nothing was refreshed or sent.\n" : "";
    text += table.str();
    return text + run::notices_text(notices, dry_run);
}

std::string summary_of(const std::vector<AppReport>& apps) {
    std::int64_t refreshed = 0;
    std::map<std::string, std::int64_t> classes;
    for (const AppReport& app : apps) {
        refreshed += app.refreshed.tally.refreshed;
        for (const auto& [name, count] : app.classes) {
            classes[name] += count;
        }
    }
    std::string summary = fmt::format("{} refreshed", refreshed);
    for (const char* name : {"expiring", "critical", "expired"}) {
        if (classes[name] > 0) {
            summary += fmt::format(", {} {}", classes[name], name);
        }
    }
    return summary;
}

}  // namespace lark_batch::check_tokens
