// The settings that several programs share. Every program declares all of
// them, needed or not, because one file serves all programs and a key unknown
// to the program that reads it is an error.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/config/option.hpp"

namespace lark_batch::config {

struct DatabaseSettings {
    std::string url = "postgresql:///lark_batch";
    text::Secret password;
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
    long long rate_per_second = 50;
    long long rate_per_minute = 1000;
    bool enabled = true;
};

struct AppsSettings {
    std::deque<AppSettings> all;      // every [[app]] of the file
    std::vector<std::string> chosen;  // --app, empty: all enabled ones
    // Asked after the command line was read, in place of AppUse, by programs
    // of which only some commands speak to the API.
    std::function<bool()> secrets_wanted;

    // The enabled apps, or those chosen by name, in the order of the file.
    std::vector<const AppSettings*> selected() const;
};

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
    long long misfire_grace_seconds = 60;
    bool enabled = true;
};

// Whether the program speaks to the Lark API. `unused` offers no --app and
// reads no app secret, so that it runs where none is installed.
enum class AppUse { used, unused };

void declare_database(OptionSet& set, DatabaseSettings& settings);
void declare_pushgateway(OptionSet& set, PushgatewaySettings& settings);
void declare_http(OptionSet& set, HttpSettings& settings);
void declare_apps(OptionSet& set, AppsSettings& settings, AppUse use);

// What a program's run can be told; `dry_run` offers --dry-run.
struct RunTraits {
    std::string task;  // "sync_users", for [tasks.sync_users]
    bool dry_run = false;
};
void declare_run(OptionSet& set, RunSettings& settings,
                 const RunTraits& traits);

// The keys of every program's own table in [tasks], to be checked by one that
// runs none of them. `tasks` must stay where it is.
using TaskSettings = std::map<std::string, RunSettings>;
void declare_all_tasks(OptionSet& set, TaskSettings& tasks);

// Everything above in one struct and one call.
struct SharedSettings {
    RunSettings run;
    DatabaseSettings database;
    PushgatewaySettings pushgateway;
    HttpSettings http;
    AppsSettings apps;
};
void declare_shared(OptionSet& set, SharedSettings& settings,
                    const RunTraits& traits, AppUse use);

}  // namespace lark_batch::config
