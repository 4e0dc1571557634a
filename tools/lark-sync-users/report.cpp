#include "tools/lark-sync-users/report.hpp"

#include <fmt/format.h>

#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::sync_users {

namespace {

// A result must stay readable, whatever went wrong ten thousand times.
constexpr std::size_t k_most_warnings = 20;

using Fates = std::vector<const char*>;
const Fates k_fates{"created", "updated",  "unchanged",
                    "revived", "departed", "out_of_scope"};
const Fates k_membership_fates{"created", "updated", "unchanged", "removed"};

// All fates, also of an app that failed before anything was counted.
void write_counts(text::JsonWriter& json, const char* name,
                  const Counts& counts, const Fates& fates) {
    json.key(name).begin_object();
    for (const char* fate : fates) {
        const auto found = counts.find(fate);
        json.field(fate, found == counts.end() ? 0 : found->second);
    }
    json.end_object();
}

void write_strings(text::JsonWriter& json, const char* name,
                   const std::vector<std::string>& values) {
    json.key(name).begin_array();
    for (std::size_t i = 0; i < values.size() && i < k_most_warnings; ++i) {
        json.value(values[i]);
    }
    json.end_array();
}

void write_app(text::JsonWriter& json, const AppReport& app) {
    json.begin_object().field("name", app.name);
    json.field("outcome", run::word_of(app.outcome));
    if (app.error) {
        json.field("error", app.error->what());
        json.field("hint", app.error->hint());
    }
    write_counts(json, "users", app.changes.users, k_fates);
    write_counts(json, "departments", app.changes.departments, k_fates);
    write_counts(json, "memberships", app.changes.memberships,
                 k_membership_fates);
    json.field("api_calls", app.api_calls).field("retries", app.retries);
    json.field("incomplete_departments", app.gaps);
    write_strings(json, "lost_fields", app.lost_fields);
    write_strings(json, "warnings", app.warnings);
    json.key("stages").begin_object();
    for (const run::Stage& stage : app.stages) {
        json.field(stage.name, stage.seconds);
    }
    json.end_object().end_object();
}

std::string cell(const Counts& counts, const char* fate) {
    const auto found = counts.find(fate);
    return found == counts.end() ? "-" : std::to_string(found->second);
}

void add_row(text::Table& table, const AppReport& app, const char* kind,
             const Counts& counts) {
    const bool membership = counts.count("removed") != 0;
    table.row({app.name, kind, cell(counts, "created"), cell(counts, "updated"),
               cell(counts, "unchanged"), cell(counts, "revived"),
               cell(counts, membership ? "removed" : "departed"),
               cell(counts, "out_of_scope")});
}

std::string stages_text(const AppReport& app) {
    std::string line;
    for (const run::Stage& stage : app.stages) {
        line += fmt::format(", {} {:.2f} s", stage.name, stage.seconds);
    }
    return line;
}

}  // namespace

std::string apps_json(const std::vector<AppReport>& apps) {
    text::JsonWriter json;
    json.begin_array();
    for (const AppReport& app : apps) {
        write_app(json, app);
    }
    return json.end_array().str();
}

std::string apps_table(const std::vector<AppReport>& apps, bool dry_run) {
    text::Table table;
    table.column("app").column("kind");
    for (const char* fate : {"created", "updated", "unchanged", "revived",
                             "departed", "out of scope"}) {
        table.column(fate, text::Align::right);
    }
    std::string footer;
    for (const AppReport& app : apps) {
        add_row(table, app, "departments", app.changes.departments);
        add_row(table, app, "users", app.changes.users);
        add_row(table, app, "memberships", app.changes.memberships);
        footer += fmt::format("{}: {}, {} API calls, {} retries{}\n", app.name,
                              run::word_of(app.outcome), app.api_calls,
                              app.retries, stages_text(app));
        for (const std::string& warning : app.warnings) {
            footer += fmt::format("  warning: {}\n", warning);
        }
        if (app.error) {
            footer += fmt::format("  error: {}\n", app.error->what());
        }
    }
    return (dry_run ? "Plan only, nothing was written.\n" : "") + table.str() +
           footer;
}

}  // namespace lark_batch::sync_users
