#include "tools/lark-healthcheck/app_wishes.hpp"

#include <algorithm>

#include "lib/config/values.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

std::vector<std::string> configured_apps(config::OptionSet& declared) {
    std::vector<std::string> names;
    for (config::Tables& tables : declared.tables()) {
        if (tables.key != "app") {
            continue;
        }
        for (config::OptionSet& entry : tables.entries) {
            if (const config::Option* name = entry.find("name")) {
                names.push_back(config::plain_text(name->declared().target));
            }
        }
    }
    return names;
}

std::string hint_for(const std::string& app,
                     const std::vector<std::string>& known) {
    const auto near = text::nearest(app, known);
    return near ? "did you mean '" + *near + "'?"
                : "for_app is the name of an [[app]] of the configuration";
}

}  // namespace

bool speaks_as(const Options& options, const std::string& app) {
    const auto chosen = options.chosen();
    return std::ranges::any_of(chosen, [&](const Check* check) {
        return check->probe && check->probe->app() == app;
    });
}

config::Found check_app(const Options& options, const Check& check) {
    const std::string app = check.probe ? check.probe->app() : "";
    const auto known = configured_apps(*options.declared);
    if (app.empty() || std::ranges::find(known, app) != known.end()) {
        return {};
    }
    return {{"", 0, 0,
             "check '" + check.name + "' names the unknown app '" +
                 text::excerpt(app, 80) + "'",
             hint_for(app, known)}};
}

config::Found check_apps(const Options& options) {
    config::Found found;
    for (const Check& check : options.checks) {
        for (config::Problem& problem : check_app(options, check)) {
            found.push_back(std::move(problem));
        }
    }
    return found;
}

}  // namespace lark_batch::healthcheck
