#include <algorithm>

#include "lib/config/checks.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/text/hash.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

constexpr long long k_most_shards = 1'000;

bool wants_secrets(const AppsSettings& apps, AppUse use) {
    return apps.secrets_wanted ? apps.secrets_wanted() : use == AppUse::used;
}

struct Portion {
    long long number = 0;  // from 1
    long long of = 0;
};

// "2/4", or "2of4" as in the names of tasks and units.
std::optional<Portion> portion_of(const std::string& shard) {
    const std::string sign = shard.find('/') == shard.npos ? "of" : "/";
    const auto at = shard.find(sign);
    if (at == shard.npos) {
        return {};
    }
    const auto number = text::parse_integer(shard.substr(0, at));
    const auto of = text::parse_integer(shard.substr(at + sign.size()));
    const bool right =
        number && of && *number >= 1 && *number <= *of && *of <= k_most_shards;
    return right ? std::optional{Portion{*number, *of}} : std::nullopt;
}

// By a hash of its name: an app stays in its shard, whatever other apps come
// and go.
bool is_in_shard(const std::string& shard, const AppSettings& app) {
    const auto portion = portion_of(shard);
    if (!portion) {
        return shard.empty() || shard == app.name;
    }
    const auto place =
        text::hash64(app.name) % static_cast<std::uint64_t>(portion->of);
    return place + 1 == static_cast<std::uint64_t>(portion->number);
}

bool is_chosen(const AppsSettings& apps, const AppSettings& app) {
    if (!is_in_shard(apps.shard, app)) {
        return false;
    }
    const auto& names = apps.chosen;
    return names.empty()
               ? app.enabled
               : std::find(names.begin(), names.end(), app.name) != names.end();
}

void declare_identity(OptionSet& set, AppSettings& app) {
    set.add("name", app.name)
        .help("name of ours, in messages, metrics and --app")
        .check(check_name)
        .sample("hr-portal")
        .required();
    set.add("app_id", app.app_id)
        .help("the app's id in the developer console")
        .check(check_app_id)
        .sample("cli_a0000000000000")
        .required();
}

void declare_secret(OptionSet& set, AppSettings& app, const AppsSettings& apps,
                    AppUse use) {
    set.add_secret("app_secret", app.app_secret)
        .help("the app's secret; the credential is named like the app")
        .sample("/etc/lark-batch/credentials/hr-portal")
        .credential([&app] { return app.name; })
        .wanted_when([&app, &apps, use] {
            return (wants_secrets(apps, use) && is_chosen(apps, app)) ||
                   (apps.also_wanted && apps.also_wanted(app));
        })
        .required();
}

void declare_service(OptionSet& set, AppSettings& app) {
    set.add("brand", app.brand)
        .help("which of the two services the company uses")
        .choices({"feishu", "lark"});
    set.add("base_url", app.base_url)
        .help("address of the API, where it is not the brand's own")
        .check(check_api_address)
        .sample("https://open.feishu.cn");
    set.add("accounts_url", app.accounts_url)
        .help("address of the consent page, where it is not the brand's own")
        .check(check_api_address)
        .sample("https://accounts.feishu.cn");
    set.add("oauth", app.oauth)
        .help("which token endpoint serves people; follows the brand")
        .choices({"v2", "v3"})
        .sample("v3");
    set.add("wanted_scopes", app.wanted_scopes)
        .help("scopes that tokens of people should have; what lacks is told")
        .sample("contact:user.base:readonly");
    set.add("rate_per_second", app.rate_per_second)
        .help("most calls of one API in a second; 0 is no limit")
        .range(0, 10'000);
    set.add("rate_per_minute", app.rate_per_minute)
        .help("most calls of one API in a minute; 0 is no limit")
        .range(0, 100'000);
    set.add("enabled", app.enabled)
        .help("whether the app takes part unless chosen by name");
}

// A base URL of its own (a proxy, a test server) speaks for the accounts'
// host, too, which none but the brands have. Endpoint v3 takes refresh tokens
// of v2 and v3, but only Feishu documents it.
Found complete_addresses(AppSettings& app) {
    const bool lark = app.brand == "lark";
    if (app.oauth.empty()) {
        app.oauth = lark ? "v2" : "v3";
    }
    if (app.accounts_url.empty()) {
        app.accounts_url = !app.base_url.empty() ? app.base_url
                           : lark ? "https://accounts.larksuite.com"
                                  : "https://accounts.feishu.cn";
    }
    if (app.base_url.empty()) {
        app.base_url =
            lark ? "https://open.larksuite.com" : "https://open.feishu.cn";
    }
    drop_last_slashes(app.base_url);
    drop_last_slashes(app.accounts_url);
    return {};
}

void declare_app(OptionSet& set, AppSettings& app, const AppsSettings& apps,
                 AppUse use) {
    declare_identity(set, app);
    declare_secret(set, app, apps, use);
    declare_service(set, app);
    set.after_loading([&app] { return complete_addresses(app); });
}

Found check_chosen(const AppsSettings& apps) {
    Strings names;
    for (const auto& app : apps.all) {
        names.push_back(app.name);
    }
    Found found;
    for (const auto& name : apps.chosen) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const auto near = text::nearest(name, names);
            found.push_back({"", 0, 0,
                             "--app names the unknown app '" + name + "'",
                             near ? "did you mean '" + *near + "'?" : "",
                             errors::Kind::usage});
        }
    }
    return found;
}

// To do nothing and call it a success would be a surprise.
Found check_chosen_in_shard(const AppsSettings& apps) {
    Found found;
    for (const auto& name : apps.chosen) {
        const AppSettings* const app = apps.find(name);
        if (app != nullptr && !is_in_shard(apps.shard, *app)) {
            found.push_back({"", 0, 0,
                             "--app names '" + name +
                                 "', which is not in the shard '" + apps.shard +
                                 "'",
                             "leave out one of the two", errors::Kind::usage});
        }
    }
    return found;
}

Found check_shard(const AppsSettings& apps) {
    const std::string& shard = apps.shard;
    if (shard.empty() || portion_of(shard) || apps.find(shard) != nullptr) {
        return check_chosen_in_shard(apps);
    }
    return {{"", 0, 0,
             "--shard is '" + text::excerpt(shard, 80) +
                 "', which is neither a portion nor the name of an app",
             "write 2/4 for the second of four, or an app's name",
             errors::Kind::usage}};
}

}  // namespace

std::string AppsSettings::shard_name() const {
    const auto portion = portion_of(shard);
    return portion ? std::to_string(portion->number) + "of" +
                         std::to_string(portion->of)
                   : shard;
}

std::vector<const AppSettings*> AppsSettings::selected() const {
    std::vector<const AppSettings*> apps;
    for (const auto& app : all) {
        if (is_chosen(*this, app)) {
            apps.push_back(&app);
        }
    }
    return apps;
}

std::vector<const AppSettings*> AppsSettings::dealt() const {
    std::vector<const AppSettings*> apps;
    for (const auto& app : all) {
        if (app.enabled && is_in_shard(shard, app)) {
            apps.push_back(&app);
        }
    }
    return apps;
}

bool AppsSettings::is_empty_shard() const {
    return !shard.empty() && selected().empty() &&
           std::ranges::any_of(all, &AppSettings::enabled);
}

const AppSettings* AppsSettings::find(const std::string& name) const {
    const auto found =
        std::find_if(all.begin(), all.end(),
                     [&](const AppSettings& app) { return app.name == name; });
    return found == all.end() ? nullptr : &*found;
}

void declare_apps(OptionSet& set, AppsSettings& settings, AppUse use) {
    set.group("Apps");
    if (use == AppUse::used) {
        set.add("app", settings.chosen)
            .help("only this app")
            .placeholder("NAME")
            .places(Places::command_line);
        set.add("shard", settings.shard)
            .help(
                "only a portion of the apps, as a task of its own: 2/4, or "
                "one app's name")
            .placeholder("SHARD")
            .places(Places::command_line);
        set.after_loading([&settings] { return check_chosen(settings); });
        set.after_loading([&settings] { return check_shard(settings); });
    }
    const auto shown = std::make_shared<AppSettings>();
    set.add_tables("app", "a Lark or Feishu app",
                   [&settings, use, shown](OptionSet& entry) {
                       AppSettings& app = entry.is_description()
                                              ? *shown
                                              : settings.all.emplace_back();
                       declare_app(entry, app, settings, use);
                   })
        .unique("name");
}

}  // namespace lark_batch::config
