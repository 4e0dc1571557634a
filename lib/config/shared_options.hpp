// The settings that several programs share. Every program declares all of
// them, needed or not, because one file serves all programs and a key unknown
// to the program that reads it is an error.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/config/command_options.hpp"
#include "lib/config/option.hpp"

namespace lark_batch::config {

struct DatabaseSettings {
    std::string url = "postgresql:///lark_batch";
    text::Secret password;
    // Asked after the command line was read; the password is read unless
    // this says no.
    std::function<bool()> password_wanted;
    text::Milliseconds connect_timeout{5'000};
    text::Milliseconds statement_timeout{300'000};
    text::Milliseconds lock_timeout{10'000};
};

struct PushgatewaySettings {
    bool enabled = true;
    std::string url = "http://127.0.0.1:9091";
    std::string user;  // basic authentication when not empty
    text::Secret password;
    // Asked after the command line was read; the password is read unless
    // this says no.
    std::function<bool()> password_wanted;
};

// Where alerts are fetched; without an address nothing is fetched.
struct AlertmanagerSettings {
    std::vector<std::string> urls;  // several of one cluster
    std::string user;               // basic authentication when not empty
    text::Secret password;
    // Asked after the command line was read: whether the password is read.
    std::function<bool()> password_wanted;
};

struct HttpSettings {
    text::Milliseconds connect_timeout{5'000};
    text::Milliseconds total_timeout{30'000};
    long long max_connections = 16;
    std::string proxy;
    std::vector<std::string> no_proxy;
    std::string ca_file;  // the system's own bundle when empty
};

struct AppSettings {
    std::string name;
    std::string app_id;
    text::Secret app_secret;
    std::string brand = "feishu";
    std::string base_url;  // after loading never empty: follows the brand
    // OAuth of people: where they consent, and which token endpoint serves
    // them. Both follow the brand, or the base URL where that was given.
    std::string accounts_url;
    std::string oauth;  // "v2" or "v3"
    // Scopes that tokens of people should have; what lacks is told.
    std::vector<std::string> wanted_scopes;
    long long rate_per_second = 50;
    long long rate_per_minute = 1000;
    bool enabled = true;
};

struct AppsSettings {
    std::deque<AppSettings> all;      // every [[app]] of the file
    std::vector<std::string> chosen;  // --app, empty: all enabled ones
    std::string shard;  // --shard: "2/4" or an app's name; empty: all
    // Asked after the command line was read, in place of AppUse, by programs
    // of which only some commands speak to the API.
    std::function<bool()> secrets_wanted;
    // Asked then, too: whether the secret is read of an app that is not
    // chosen, because its bot speaks for a channel.
    std::function<bool(const AppSettings&)> also_wanted;

    // The enabled apps, or those chosen by name, in the order of the file.
    std::vector<const AppSettings*> selected() const;
    // The enabled apps of this run's shard, whatever --app says: those that
    // its metrics speak of.
    std::vector<const AppSettings*> dealt() const;
    // Whether nothing is selected because the shard has no app, and not
    // because there is none.
    bool is_empty_shard() const;
    // For names of tasks: "2of4", an app's name, or empty.
    std::string shard_name() const;
    // Null when there is none of that name.
    const AppSettings* find(const std::string& name) const;
};

// A key that seals tokens in the database: 32 bytes as base64.
struct TokenKey {
    std::string id;
    text::Secret secret;
};

struct TokenSettings {
    std::deque<TokenKey> keys;  // every [[token_key]] of the file
    std::string key;  // new tokens are sealed with it; after loading not empty
                      // where there are keys: the last one
    // Asked after the command line was read: whether the keys are read.
    std::function<bool()> keys_wanted;
};

// Where notices go: a [[channel]]. Which members count, its kind says.
struct ChannelSettings {
    std::string name;
    std::string kind;               // lark_bot, lark_webhook, webhook or email
    std::string language;           // "en" or "zh"; after loading never empty
    std::vector<std::string> apps;  // it hears of these; empty: of all
    std::string app;  // lark_bot: whose bot speaks; empty: the notice's app
    // lark_bot: one receiver; email: addresses.
    std::vector<std::string> to;
    text::Secret url;     // webhooks: a hook's path holds its token
    text::Secret sign;    // lark_webhook: key of the signature, may be empty
    text::Secret bearer;  // webhook: may be empty
    std::string smtp;     // email: smtp://host:587 or smtps://host:465
    std::string tls = "required";  // email: or "none", for loopback
    std::string user;
    text::Secret password;
    std::string from;  // email: an address, perhaps as "Name <address>"
};

struct NotifySettings {
    std::string language = "en";
    text::Milliseconds repeat_after{24 * 3'600'000};
    std::string templates;  // a folder; empty: the built-in texts
    // Routes: names of channels that hear of each severity.
    std::vector<std::string> reminder;
    std::vector<std::string> urgent;
    std::vector<std::string> critical;
    long long max_entries = 200;           // lines of one digest
    std::deque<ChannelSettings> channels;  // every [[channel]] of the file
    // Asked after the command line was read: whether the secrets are read.
    std::function<bool()> wanted;

    // Whether a severity's route names that channel.
    bool routes_to(const std::string& channel) const;
    // Whether notices are wanted and a channel of some route lets the bot of
    // that app speak.
    bool speaks_through(const std::string& app) const;
};

// What is run is a program of ours, and its table in [tasks] is one entry of
// the registry; lark-admin has an entry of each task.
struct RunSettings {
    std::string log_level = "info";
    std::string log_format = "text";
    text::Milliseconds timeout{0};    // no limit
    text::Milliseconds lock_wait{0};  // give up at once
    bool push = true;
    bool require_metrics = false;
    bool json = false;
    bool dry_run = false;
    bool print_config = false;
    std::string state_directory = "/var/lib/lark-batch";
    std::string timezone = "Asia/Shanghai";
    std::string trigger = "auto";
    std::string scheduled_for;  // RFC 3339, empty: started as planned
    bool when_due = false;      // only if the schedule names this minute
    // [tasks.NAME]
    bool enabled = true;
    std::string schedule;       // crontab(5); empty: nobody's clock starts it
    std::string task_timezone;  // of the schedule; after loading not empty
    text::Milliseconds jitter{0};
    long long misfire_grace_seconds = 60;
    text::Milliseconds success_max_age{0};  // 0: follows from the schedule
    std::string notify = "none";  // or the severity that people are told with
    text::Secret heartbeat_url;
    std::vector<std::string> command;  // of lark-run
    CommandSettings command_manner;
};

// Whether the program speaks to the Lark API. `unused` offers no --app and
// reads no app secret, so that it runs where none is installed.
enum class AppUse { used, unused };

void declare_database(OptionSet& set, DatabaseSettings& settings);
void declare_pushgateway(OptionSet& set, PushgatewaySettings& settings);
void declare_alertmanager(OptionSet& set, AlertmanagerSettings& settings);
void declare_http(OptionSet& set, HttpSettings& settings);
void declare_tokens(OptionSet& set, TokenSettings& settings);
void declare_notify(OptionSet& set, NotifySettings& settings,
                    const AppsSettings& apps);
void declare_apps(OptionSet& set, AppsSettings& settings, AppUse use);

// What a program's run can be told; `dry_run` offers --dry-run.
struct RunTraits {
    std::string task;  // "sync_users", for [tasks.sync_users]
    bool dry_run = false;
};
void declare_run(OptionSet& set, RunSettings& settings,
                 const RunTraits& traits);

// The keys of the program's own table, [tasks.NAME].
void declare_own_task(OptionSet& set, RunSettings& settings,
                      const std::string& task);

// Everything above in one struct and one call.
struct SharedSettings {
    RunSettings run;
    DatabaseSettings database;
    PushgatewaySettings pushgateway;
    AlertmanagerSettings alertmanager;
    HttpSettings http;
    AppsSettings apps;
    TokenSettings tokens;
    NotifySettings notify;
};
void declare_shared(OptionSet& set, SharedSettings& settings,
                    const RunTraits& traits, AppUse use);

// The registry: an entry for each task of ours, with its defaults, and for
// each further table in [tasks]. For a program that runs none of them. An
// optional task (known_tasks.hpp) is there only if the file has its table, or
// `shared` speaks of what it is for. `tasks` and `shared` must stay where they
// are.
using TaskSettings = std::map<std::string, RunSettings>;
void declare_all_tasks(OptionSet& set, TaskSettings& tasks,
                       const SharedSettings& shared);

}  // namespace lark_batch::config
