#include "tools/lark-admin/options.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "tools/lark-admin/config_check.hpp"
#include "tools/lark-admin/reference_pages.hpp"
#include "tools/lark-admin/tasks/commands.hpp"
#include "tools/lark-admin/tasks/ended.hpp"

namespace lark_batch::admin {

namespace {

using config::OptionSet;
using config::Places;

// Nothing here is scheduled, locked or pushed.
constexpr std::array k_of_tasks{"timeout",       "lock-wait", "trigger",
                                "scheduled-for", "when-due",  "no-push"};

bool is_of_tasks(const config::Option& option) {
    const std::string& name = option.declared().name;
    return name.starts_with("task-") ||
           std::find(k_of_tasks.begin(), k_of_tasks.end(), name) !=
               k_of_tasks.end();
}

void declare_migrate(OptionSet& set, Settings& settings) {
    set.add("dry-run", settings.shared.run.dry_run)
        .help("try everything in a transaction that is rolled back")
        .places(Places::command_line);
    set.add("grant-to", settings.grant_to)
        .help("give this role what the programs need, and no more")
        .placeholder("ROLE")
        .places(Places::command_line);
    set.add("grant-read-to", settings.grant_read_to)
        .help("let this role read the directory and the runs, never tokens")
        .placeholder("ROLE")
        .places(Places::command_line);
}

// --json and --format json are the same.
config::Found settle_format(OptionSet& options, Settings& settings) {
    const bool json = settings.shared.run.json;
    if (json && settings.format != "text" && settings.format != "json") {
        return {{"", 0, 0,
                 "--json and --format " + settings.format +
                     " contradict each other",
                 "", errors::Kind::usage}};
    }
    if (config::Option* option = options.find("json");
        settings.format == "json" && option != nullptr) {
        option->assign({"true"},
                       {config::Origin::Place::command_line, "", 0, 0});
    }
    return {};
}

void declare_config_check(OptionSet& set, OptionSet& options,
                          Settings& settings) {
    set.add("online", settings.online)
        .help(
            "also try the database, the Pushgateway, the Alertmanagers and "
            "every enabled app")
        .places(Places::command_line);
    set.add("format", settings.format)
        .help("how the answer is printed")
        .choices({"text", "json", "junit"})
        .placeholder("FORMAT")
        .places(Places::command_line);
    set.after_loading(
        [&options, &settings] { return settle_format(options, settings); });
    config::declare_all_tasks(set, settings.tasks, settings.shared);
    add_cross_checks(set, options, settings.shared);
    add_task_checks(set, settings);
}

std::optional<std::string> check_run_id(const std::string& value) {
    if (value.size() >= 4 && value.size() <= 36 &&
        value.find_first_not_of("0123456789abcdef-") == value.npos) {
        return std::nullopt;
    }
    return "must be a run's id or the beginning of one, as runs shows it";
}

void declare_runs(OptionSet& set, Settings& settings) {
    set.add("task", settings.task)
        .help("only runs of this task, such as sync_users")
        .placeholder("NAME")
        .places(Places::command_line);
    set.add("last", settings.last)
        .help("how many runs, the newest first")
        .range(1, 10'000)
        .placeholder("N")
        .places(Places::command_line);
    set.add("run", settings.run)
        .help("the run whose id begins so, with the end of its output")
        .check(check_run_id)
        .placeholder("ID")
        .places(Places::command_line);
}

void declare_reference(OptionSet& set, Settings& settings) {
    set.add_positional("PAGE", settings.pages)
        .help("which page: " + page_names())
        .placeholder("PAGE");
}

// --app on the command line; commands for one app take the only one there is
// when it is left out.
void declare_app(OptionSet& set, Settings& settings, const char* help) {
    set.add("app", settings.shared.apps.chosen)
        .help(help)
        .placeholder("NAME")
        .places(Places::command_line);
}

config::Option& declare_user(OptionSet& set, Settings& settings) {
    return set.add("user", settings.user)
        .help("whose token, by open_id")
        .placeholder("OPEN_ID")
        .places(Places::command_line);
}

void declare_token_import(OptionSet& set, Settings& settings) {
    declare_app(set, settings, "app of the lines that name none");
    set.add("replace", settings.replace)
        .help("take what is older than the stored token, too")
        .places(Places::command_line);
    set.add_positional("FILE", settings.files)
        .help("JSON lines; standard input when it is left out or -")
        .placeholder("FILE");
}

void declare_token_list(OptionSet& set, Settings& settings) {
    declare_app(set, settings, "only tokens of this app");
    declare_user(set, settings);
    set.add("state", settings.state)
        .help("only tokens in this state")
        .choices({"valid", "refreshing", "needs_login", "revoked"})
        .placeholder("STATE")
        .places(Places::command_line);
    set.add("limit", settings.limit)
        .help("how many, the nearest end first")
        .range(1, 1'000'000)
        .placeholder("N")
        .places(Places::command_line);
}

void declare_token_revoke(OptionSet& set, Settings& settings) {
    declare_app(set, settings, "the token's app");
    declare_user(set, settings).required();
}

void declare_token_print(OptionSet& set, Settings& settings) {
    declare_app(set, settings, "the token's app");
    declare_user(set, settings).required();
    set.add("min-life", settings.min_life)
        .help("refresh a token that lives shorter than this")
        .range(text::Milliseconds{10'000}, text::Milliseconds{3'600'000})
        .placeholder("DURATION")
        .places(Places::command_line);
}

void declare_token_login(OptionSet& set, Settings& settings) {
    declare_app(set, settings, "the app to log in to");
    set.add("scope", settings.scopes)
        .help("scope to ask for; the app's wanted_scopes unless given")
        .placeholder("SCOPE")
        .places(Places::command_line);
    set.add("port", settings.login_port)
        .help("port on 127.0.0.1 that the browser is sent back to")
        .range(0, 65'535)
        .placeholder("PORT")
        .places(Places::command_line);
    set.add("login-timeout", settings.login_timeout)
        .help("longest wait for the person")
        .range(text::Milliseconds{1'000}, text::Milliseconds{3'600'000})
        .placeholder("DURATION")
        .places(Places::command_line);
}

void declare_keys_rotate(OptionSet& set, Settings& settings) {
    set.add("batch-size", settings.batch_size)
        .help("tokens sealed anew in one transaction")
        .range(1, 10'000)
        .placeholder("N")
        .places(Places::command_line);
}

bool has_any(OptionSet& options, std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* name) {
        return options.find(name) != nullptr;
    });
}

// By an option that only they have: the chosen command's are in the set.
bool handles_tokens(OptionSet& options) {
    return has_any(options, {"replace", "min-life", "port", "batch-size"});
}

bool speaks_as_app(OptionSet& options) {
    return has_any(options, {"min-life", "port"});
}

// The set that `config check` was given has its option; no other has.
bool is_config_check(OptionSet& options) {
    return options.find("online") != nullptr;
}

}  // namespace

void declare(OptionSet& options, Settings& settings) {
    config::SharedSettings& shared = settings.shared;
    shared.apps.secrets_wanted = [&options] {
        return is_config_check(options) || speaks_as_app(options);
    };
    shared.tokens.keys_wanted = [&options] {
        return is_config_check(options) || handles_tokens(options);
    };
    shared.notify.wanted = [&options] {
        return is_config_check(options) || has_any(options, {k_unit_argument});
    };
    shared.database.password_wanted = [&options] {
        return !has_any(options, {k_ended_argument}) || was_killed();
    };
    shared.pushgateway.password_wanted = [&options] {
        return is_config_check(options) ||
               has_any(options, {k_task_argument, k_unit_argument}) ||
               (has_any(options, {k_ended_argument}) && was_killed());
    };
    shared.alertmanager.password_wanted = [&options] {
        return is_config_check(options);
    };
    config::declare_shared(options, shared, {"admin", false},
                           config::AppUse::unused);
    std::erase_if(options.options(), is_of_tasks);
    if (auto* option = options.find("require-metrics")) {
        option->places(Places::file);
    }
}

config::Program program(OptionSet& options, Settings& settings) {
    config::Program program{
        k_program,
        "Keeps the database's schema and people's tokens, checks the "
        "configuration and shows what the programs did.",
        {},
        {{"migrate", "brings the database's schema to this release",
          [&](OptionSet& set) { declare_migrate(set, settings); }},
         {"config check", "says everything that is wrong with the settings",
          [&](OptionSet& set) {
              declare_config_check(set, options, settings);
          }},
         {"runs", "shows the latest runs of the programs",
          [&](OptionSet& set) { declare_runs(set, settings); }},
         {"token import", "stores tokens that OAuth callbacks received",
          [&](OptionSet& set) { declare_token_import(set, settings); }},
         {"token list", "shows the stored tokens, without the tokens",
          [&](OptionSet& set) { declare_token_list(set, settings); }},
         {"token print", "prints a valid access token for a script",
          [&](OptionSet& set) { declare_token_print(set, settings); }},
         {"token login", "has a person consent in a browser",
          [&](OptionSet& set) { declare_token_login(set, settings); }},
         {"token revoke", "destroys a stored token",
          [&](OptionSet& set) { declare_token_revoke(set, settings); }},
         {"keys generate", "prints a new key for sealing tokens", {}},
         {"keys list", "shows the keys and how many tokens each seals", {}},
         {"keys rotate", "seals every token with the present key",
          [&](OptionSet& set) { declare_keys_rotate(set, settings); }},
         {"reference", "prints a page of the reference",
          [&](OptionSet& set) { declare_reference(set, settings); }}}};
    for (config::Command& command : task_commands(settings)) {
        program.commands.push_back(std::move(command));
    }
    return program;
}

}  // namespace lark_batch::admin
