#include "tools/lark-admin/config_check.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>

#include "lib/notify/settings_check.hpp"
#include "lib/text/json_writer.hpp"
#include "tools/lark-admin/config_junit.hpp"
#include "tools/lark-admin/online_checks.hpp"

namespace lark_batch::admin {

namespace {

using config::Found;
using config::OptionSet;
using config::Problem;
using config::SharedSettings;

Problem problem_at(OptionSet& set, const std::string& name,
                   const std::string& message, const std::string& hint) {
    const config::Option* option = set.find(name);
    const config::Origin origin =
        option == nullptr ? config::Origin{} : option->origin();
    return {origin.name, origin.line, origin.column, message, hint};
}

// Whether somebody wrote it and was told that it is wrong: what it then
// seems to contradict is no second mistake.
bool is_refused(OptionSet& set, const std::string& name) {
    const config::Option* option = set.find(name);
    return option != nullptr && option->given() &&
           option->origin().place == config::Origin::Place::built_in;
}

// Where a person wrote one of two settings that do not go together.
std::string given_one(OptionSet& set, const std::string& first,
                      const std::string& second) {
    const config::Option* option = set.find(first);
    return option != nullptr && option->given() ? first : second;
}

Found check_http_timeouts(OptionSet& options, const SharedSettings& shared) {
    const auto& http = shared.http;
    if (http.connect_timeout <= http.total_timeout ||
        is_refused(options, "http-connect-timeout") ||
        is_refused(options, "http-total-timeout")) {
        return {};
    }
    return {problem_at(
        options,
        given_one(options, "http-connect-timeout", "http-total-timeout"),
        fmt::format("'http.connect_timeout' is {}, longer than "
                    "'http.total_timeout' with {}",
                    text::format_duration(http.connect_timeout),
                    text::format_duration(http.total_timeout)),
        "a connection is a part of its request")};
}

Found check_database_timeouts(OptionSet& options,
                              const SharedSettings& shared) {
    const auto& database = shared.database;
    if (database.statement_timeout.count() == 0 ||
        database.lock_timeout <= database.statement_timeout ||
        is_refused(options, "database-lock-timeout") ||
        is_refused(options, "database-statement-timeout")) {
        return {};
    }
    return {problem_at(
        options,
        given_one(options, "database-lock-timeout",
                  "database-statement-timeout"),
        fmt::format("'database.lock_timeout' is {}, longer than "
                    "'database.statement_timeout' with {}",
                    text::format_duration(database.lock_timeout),
                    text::format_duration(database.statement_timeout)),
        "a statement that waits for a lock is ended by the shorter one")};
}

// A name without password is right for a gateway that asks for none; the
// reverse is a forgotten line.
Found check_gateway_account(OptionSet& options, const SharedSettings& shared) {
    const config::Option* password = options.find("pushgateway-password");
    const bool has_password =
        password != nullptr && (!password->secret_source().file.empty() ||
                                !password->secret_source().variable.empty());
    if (!has_password || !shared.pushgateway.user.empty() ||
        is_refused(options, "pushgateway-user")) {
        return {};
    }
    return {problem_at(options, "pushgateway-password",
                       "'pushgateway.user' is missing beside the password",
                       "basic authentication needs both")};
}

Found check_ca_file(OptionSet& options, const SharedSettings& shared) {
    const auto& file = shared.http.ca_file;
    std::error_code ignored;
    if (file.empty() || (std::filesystem::is_regular_file(file, ignored) &&
                         std::ifstream{file}.good())) {
        return {};
    }
    return {problem_at(
        options, "http-ca-file",
        fmt::format("'http.ca_file' names '{}', which cannot be read", file),
        "leave it out to trust the system's own certificates")};
}

Found check_any_app(OptionSet& options, const SharedSettings&) {
    for (const config::Tables& tables : options.tables()) {
        if (tables.given) {
            return {};
        }
    }
    return {Problem{"", 0, 0, "there is no [[app]]",
                    "run lark-admin reference sample for an example",
                    errors::Kind::config}};
}

using AppCheck =
    std::function<std::optional<Problem>(OptionSet& entry, std::size_t number)>;

// The entries of the file stand in the order of the settings.
Found each_app(OptionSet& options, const AppCheck& check) {
    Found found;
    for (config::Tables& tables : options.tables()) {
        for (std::size_t i = 0; i < tables.entries.size(); ++i) {
            if (auto problem = check(tables.entries[i], i)) {
                found.push_back(std::move(*problem));
            }
        }
    }
    return found;
}

// Two names for one app would read it twice and count every person twice.
Found check_app_ids(OptionSet& options, const SharedSettings& shared) {
    const auto& apps = shared.apps.all;
    return each_app(
        options,
        [&](OptionSet& entry, std::size_t at) -> std::optional<Problem> {
            const auto& app = apps[at];
            for (std::size_t i = 0; i < at; ++i) {
                if (!app.app_id.empty() && apps[i].app_id == app.app_id &&
                    apps[i].base_url == app.base_url) {
                    return problem_at(
                        entry, "app_id",
                        fmt::format("app '{}' has the app_id of app '{}'",
                                    app.name, apps[i].name),
                        "every app of ours is another app of Lark");
                }
            }
            return {};
        });
}

struct BrandHost {
    std::string_view brand;
    std::string_view host_of_the_other;
};
constexpr std::array<BrandHost, 2> k_brands{
    {{"feishu", "larksuite.com"}, {"lark", "feishu.cn"}}};

Found check_brands(OptionSet& options, const SharedSettings& shared) {
    return each_app(
        options,
        [&](OptionSet& entry, std::size_t at) -> std::optional<Problem> {
            const auto& app = shared.apps.all[at];
            if (is_refused(entry, "brand")) {
                return {};
            }
            for (const BrandHost& row : k_brands) {
                if (app.brand == row.brand &&
                    app.base_url.find(row.host_of_the_other) !=
                        std::string::npos) {
                    return problem_at(
                        entry, "base_url",
                        fmt::format("app '{}' is of brand '{}', its base_url "
                                    "of the other one",
                                    app.name, app.brand),
                        "leave base_url out, it follows the brand");
                }
            }
            return {};
        });
}

std::string apps_text(const config::AppsSettings& apps) {
    const auto enabled = apps.selected().size();
    if (enabled == apps.all.size()) {
        return fmt::format("{} app{}", enabled, enabled == 1 ? "" : "s");
    }
    return fmt::format("{} apps, {} of them enabled", apps.all.size(), enabled);
}

std::string valid_text(const Settings& settings, const std::string& file) {
    return fmt::format("configuration is valid: {}, {}\n",
                       apps_text(settings.shared.apps),
                       file.empty() ? "no file" : "file " + file);
}

std::string valid_json(const Settings& settings, const std::string& file,
                       const std::vector<Finding>& findings) {
    const auto& apps = settings.shared.apps;
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "config check").field("valid", true);
    json.field("file", file).field("apps", apps.all.size());
    json.field("enabled_apps", apps.selected().size());
    json.key("checks").raw(findings_json(findings)).end_object();
    return json.str() + "\n";
}

// What only the secrets and the files they stand beside can tell.
void check_notices(const Settings& settings, std::ostream& out) {
    auto found = notify::check_settings(settings.shared.notify);
    if (found.empty()) {
        return;
    }
    const config::Problems problems{std::move(found)};
    tell_problems(problems, settings, out);
    throw config::Problems{problems};
}

std::string problems_json(const config::Problems& problems) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "config check").field("valid", false);
    json.key("problems").begin_array();
    for (const Problem& problem : problems.all()) {
        json.begin_object().field("file", problem.file);
        json.field("line", problem.line).field("column", problem.column);
        json.field("message", problem.message).field("hint", problem.hint);
        json.end_object();
    }
    return json.end_array().end_object().str();
}

bool tells_nobody(const config::RunSettings& task,
                  const config::NotifySettings& notify) {
    return (task.notify == "reminder" && notify.reminder.empty()) ||
           (task.notify == "urgent" && notify.urgent.empty()) ||
           (task.notify == "critical" && notify.critical.empty());
}

bool hears_nothing(const config::NotifySettings& notify) {
    return notify.reminder.empty() && notify.urgent.empty() &&
           notify.critical.empty();
}

}  // namespace

void add_cross_checks(OptionSet& set, OptionSet& options,
                      const SharedSettings& shared) {
    for (auto* check :
         {check_http_timeouts, check_database_timeouts, check_gateway_account,
          check_ca_file, check_any_app, check_app_ids, check_brands}) {
        set.after_loading(
            [check, &options, &shared] { return check(options, shared); });
    }
}

void add_task_checks(OptionSet& set, const Settings& settings) {
    set.after_loading([&settings] {
        config::Found found;
        for (const auto& [name, task] : settings.tasks) {
            if (tells_nobody(task, settings.shared.notify)) {
                found.push_back({"", 0, 0,
                                 "task '" + name +
                                     "' is to notify, but no "
                                     "channel hears of " +
                                     task.notify,
                                 "name one in [notify] " + task.notify,
                                 errors::Kind::config});
            }
        }
        const bool forwards = !settings.shared.alertmanager.urls.empty();
        if (forwards && hears_nothing(settings.shared.notify)) {
            found.push_back({"", 0, 0,
                             "alerts are to be forwarded, but no channel "
                             "hears of anything",
                             "add a [[channel]] and name it in [notify]",
                             errors::Kind::config});
        }
        return found;
    });
}

errors::ExitCode check_config(const Settings& settings, const std::string& file,
                              std::ostream& out) {
    check_notices(settings, out);
    std::vector<Finding> findings;
    if (settings.online) {
        findings = check_online(settings.shared);
    }
    if (settings.shared.run.json) {
        out << valid_json(settings, file, findings);
    } else if (settings.format == "junit") {
        out << findings_junit(findings);
    } else {
        out << valid_text(settings, file) << findings_table(findings);
    }
    return worst_of(findings);
}

void tell_problems(const config::Problems& problems, const Settings& settings,
                   std::ostream& out) {
    if (settings.shared.run.json) {
        out << problems_json(problems) << '\n';
    } else if (settings.format == "junit") {
        out << problems_junit(problems);
    }
}

}  // namespace lark_batch::admin
