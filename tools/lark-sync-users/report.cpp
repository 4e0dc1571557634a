#include "tools/lark-sync-users/report.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::sync_users {

namespace {

constexpr std::size_t k_most_warnings = 20;

// The table's columns; people depart, memberships are removed.
constexpr std::array k_columns{"created",  "updated", "unchanged",   "revived",
                               "departed", "removed", "out_of_scope"};

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
    for (const std::string& value : values) {
        json.value(value);
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
    std::vector<std::string> cells{app.name, kind};
    for (const char* fate : k_columns) {
        cells.push_back(cell(counts, fate));
    }
    table.row(std::move(cells));
}

std::string stages_text(const AppReport& app) {
    std::string line;
    for (const run::Stage& stage : app.stages) {
        line += fmt::format(", {} {:.2f} s", stage.name, stage.seconds);
    }
    return line;
}

}  // namespace

std::vector<std::string> shortened(const std::vector<std::string>& warnings) {
    if (warnings.size() <= k_most_warnings) {
        return warnings;
    }
    std::vector<std::string> first(
        warnings.begin(),
        warnings.begin() + static_cast<std::ptrdiff_t>(k_most_warnings));
    first.push_back(
        fmt::format("and {} more", warnings.size() - k_most_warnings));
    return first;
}

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
    for (const char* fate : k_columns) {
        table.column(text::replace_all(fate, '_', ' '), text::Align::right);
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
