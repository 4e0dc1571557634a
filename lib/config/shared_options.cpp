#include "lib/config/shared_options.hpp"

#include <array>

#include "lib/config/checks.hpp"

namespace lark_batch::config {

namespace {

using std::chrono::hours;
using text::Milliseconds;

// The tables of single programs. A program that declares keys below its own
// has them checked; the others pass over it.
constexpr std::array k_program_tables{
    "sync_users",     "check_tokens", "cleanup", "healthcheck", "report",
    "forward_alerts", "run",          "admin",   "check",       "tasks.*"};

// The programs that have a table in [tasks]; other names there are tasks that
// lark-run runs.
constexpr std::array k_tasks{"sync_users",  "check_tokens", "cleanup",
                             "healthcheck", "report",       "forward_alerts"};

const Milliseconds k_hour = hours{1};
const Milliseconds k_week = hours{24 * 7};

void declare_output(OptionSet& set, RunSettings& settings) {
    set.group("Output");
    set.add("json", settings.json)
        .help("print one JSON object about the run on standard output")
        .places(Places::command_line);
    set.add("print-config", settings.print_config)
        .help("print the effective settings with their origin and stop")
        .places(Places::command_line);
    set.add("log-level", settings.log_level)
        .help("how much is told on standard error")
        .choices({"debug", "info", "warning", "error"})
        .placeholder("LEVEL");
    set.add("log-format", settings.log_format)
        .help("form of the messages")
        .choices({"text", "json", "journal"})
        .placeholder("FORMAT");
}

void declare_schedule(OptionSet& set, RunSettings& settings) {
    set.add("trigger", settings.trigger)
        .help("who started the run; auto guesses")
        .choices({"auto", "timer", "cron", "manual", "container"})
        .placeholder("WHO")
        .places(Places::command_line);
    set.add("scheduled-for", settings.scheduled_for)
        .help("when the run was due, such as 2026-11-22T03:00:00+08:00")
        .check(check_timestamp)
        .placeholder("TIME")
        .places(Places::command_line);
    set.add("when-due", settings.when_due)
        .help(
            "for crontabs: end at once and silently unless the task's "
            "schedule names this minute")
        .places(Places::command_line);
    set.add("timezone", settings.timezone)
        .help("zone that reports and schedules speak of, by its IANA name")
        .check(check_timezone)
        .places(Places::file);
    set.add("state-directory", settings.state_directory)
        .help("where locks and the spool live")
        .check(check_folder)
        .default_from("STATE_DIRECTORY")
        .placeholder("FOLDER")
        .places(Places::file);
}

void declare_push(OptionSet& set, RunSettings& settings) {
    set.add("no-push", settings.push)
        .negated()
        .help("send no metrics to the Pushgateway")
        .places(Places::command_line);
    set.add("require-metrics", settings.require_metrics)
        .help("fail the run when its metrics cannot be pushed");
}

}  // namespace

void declare_database(OptionSet& set, DatabaseSettings& settings) {
    set.group("Database");
    set.add("database-url", settings.url)
        .key("database.url")
        .help("where the database is, a PostgreSQL URI without a password")
        .check(check_database_url)
        .places(Places::file);
    set.add_secret("database-password", settings.password)
        .key("database.password")
        .help("password of the database role, where one is needed")
        .sample("/etc/lark-batch/credentials/database-password")
        .wanted_when([&settings] {
            return !settings.password_wanted || settings.password_wanted();
        });
    set.add("database-connect-timeout", settings.connect_timeout)
        .key("database.connect_timeout")
        .help("longest wait for a connection")
        .range(Milliseconds{100}, k_hour)
        .places(Places::file);
    set.add("database-statement-timeout", settings.statement_timeout)
        .key("database.statement_timeout")
        .help("longest time for one statement; 0 is no limit")
        .range(Milliseconds{0}, k_hour * 24)
        .places(Places::file);
    set.add("database-lock-timeout", settings.lock_timeout)
        .key("database.lock_timeout")
        .help("longest wait for a lock on rows or tables; 0 is no limit")
        .range(Milliseconds{0}, k_hour)
        .places(Places::file);
}

void declare_pushgateway(OptionSet& set, PushgatewaySettings& settings) {
    set.group("Pushgateway");
    set.add("pushgateway-enabled", settings.enabled)
        .key("pushgateway.enabled")
        .help("whether metrics are pushed at all")
        .places(Places::file);
    set.add("pushgateway-url", settings.url)
        .key("pushgateway.url")
        .help("address of the Pushgateway")
        .check(check_web_address)
        .places(Places::file);
    set.add("pushgateway-user", settings.user)
        .key("pushgateway.user")
        .help("name for basic authentication, where the gateway asks for it")
        .sample("lark-batch")
        .places(Places::file);
    set.add_secret("pushgateway-password", settings.password)
        .key("pushgateway.password")
        .help("password for basic authentication")
        .sample("/etc/lark-batch/credentials/pushgateway-password")
        .wanted_when([&settings] {
            return !settings.password_wanted || settings.password_wanted();
        });
    set.after_loading([&settings] {
        drop_last_slashes(settings.url);
        return Found{};
    });
}

void declare_http(OptionSet& set, HttpSettings& settings) {
    set.group("HTTP");
    set.add("http-connect-timeout", settings.connect_timeout)
        .key("http.connect_timeout")
        .help("longest wait for a connection")
        .range(Milliseconds{100}, k_hour)
        .places(Places::file);
    set.add("http-total-timeout", settings.total_timeout)
        .key("http.total_timeout")
        .help("longest time for one request with its answer")
        .range(Milliseconds{100}, k_hour)
        .places(Places::file);
    set.add("http-max-connections", settings.max_connections)
        .key("http.max_connections")
        .help("connections kept open at the same time")
        .range(1, 64)
        .places(Places::file);
    set.add("http-proxy", settings.proxy)
        .key("http.proxy")
        .help("proxy for requests to the Lark API")
        .check(check_web_address)
        .sample("http://proxy.example.com:3128")
        .places(Places::file);
    set.add("http-no-proxy", settings.no_proxy)
        .key("http.no_proxy")
        .help("hosts that are reached without the proxy")
        .sample("localhost")
        .places(Places::file);
    set.add("http-ca-file", settings.ca_file)
        .key("http.ca_file")
        .help("trusted certificates in place of the system's own")
        .sample("/etc/lark-batch/ca.pem")
        .places(Places::file);
}

void declare_run(OptionSet& set, RunSettings& settings,
                 const RunTraits& traits) {
    set.group("Run");
    if (traits.dry_run) {
        set.add("dry-run", settings.dry_run)
            .help("show what would be written and write nothing")
            .places(Places::command_line);
    }
    declare_own_task(set, settings, traits.task);
    declare_push(set, settings);
    declare_schedule(set, settings);
    declare_output(set, settings);
    for (const char* table : k_program_tables) {
        set.also_known(table);
    }
    for (const std::string task : k_tasks) {
        set.also_known("tasks." + task);
    }
}

void declare_shared(OptionSet& set, SharedSettings& settings,
                    const RunTraits& traits, AppUse use) {
    settings.apps.also_wanted = [&settings](const AppSettings& app) {
        return settings.notify.speaks_through(app.name);
    };
    declare_apps(set, settings.apps, use);
    declare_run(set, settings.run, traits);
    declare_database(set, settings.database);
    if (!settings.pushgateway.password_wanted) {
        settings.pushgateway.password_wanted = [&settings] {
            return settings.run.push && settings.pushgateway.enabled;
        };
    }
    declare_pushgateway(set, settings.pushgateway);
    declare_alertmanager(set, settings.alertmanager);
    declare_http(set, settings.http);
    declare_tokens(set, settings.tokens);
    declare_notify(set, settings.notify, settings.apps);
}

}  // namespace lark_batch::config
