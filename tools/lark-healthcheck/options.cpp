#include "tools/lark-healthcheck/options.hpp"

#include <algorithm>
#include <memory>

#include "lib/config/checks.hpp"
#include "lib/config/known_tasks.hpp"
#include "tools/lark-healthcheck/ad_hoc.hpp"
#include "tools/lark-healthcheck/app_wishes.hpp"
#include "tools/lark-healthcheck/choice.hpp"
#include "tools/lark-healthcheck/kinds.hpp"

namespace lark_batch::healthcheck {

namespace {

using config::OptionSet;
using config::Places;
using text::Milliseconds;

config::Problem usage(const std::string& message) {
    return {"", 0, 0, message, "", errors::Kind::usage};
}

void declare_choice(OptionSet& set, Options& options) {
    set.group("Choice of checks");
    set.add("check", options.names)
        .help("run this check only; may be repeated")
        .placeholder("NAME")
        .places(Places::command_line);
    set.add("group", options.groups)
        .help("run the checks of this group only; may be repeated")
        .placeholder("NAME")
        .places(Places::command_line);
    set.add("kind", options.kinds)
        .help("run the checks of this kind only; may be repeated")
        .choices(kind_names())
        .placeholder("KIND")
        .places(Places::command_line);
}

// --json and --format json are the same.
config::Found settle_format(OptionSet& set, Options& options) {
    config::Option* const json = set.find("json");
    const bool given = json != nullptr && json->given();
    if (given && (options.format == "auto" || options.format == "json")) {
        options.format = "json";
    } else if (given) {
        return {usage("--json and --format " + options.format +
                      " contradict each other")};
    } else if (options.format == "json" && json != nullptr) {
        json->assign({"true"}, {config::Origin::Place::command_line, "", 0, 0});
    }
    const bool table = options.format == "auto" || options.format == "table";
    if (options.watch.count() > 0 && !table) {
        return {usage("--watch shows a table, not '" + options.format + "'")};
    }
    return {};
}

void declare_answer(OptionSet& set, Options& options) {
    set.group("Answer");
    set.add("format", options.format)
        .help(
            "how results are printed; auto is a table on a terminal, and "
            "elsewhere plugin lines unless all is OK")
        .choices({"auto", "plugin", "table", "json", "prometheus", "junit"})
        .placeholder("FORMAT")
        .places(Places::command_line);
    set.add("fail-on", options.fail_on)
        .key("healthcheck.fail_on")
        .help("the least state that is not answered by exit code 0")
        .choices({"warning", "critical"})
        .placeholder("STATE");
    set.add("watch", options.watch)
        .help(
            "look again and again, this long after each other, and redraw "
            "the table; records nothing")
        .range(Milliseconds{100}, Milliseconds{3'600'000})
        .placeholder("DURATION")
        .places(Places::command_line);
    set.after_loading([&set, &options] { return settle_format(set, options); });
}

void declare_conduct(OptionSet& set, Options& options) {
    set.group("Conduct");
    set.add("no-record", options.record)
        .negated()
        .key("healthcheck.record")
        .help("only look: no lock, no record, no metrics, no notices");
    set.add("notify", options.notify)
        .key("healthcheck.notify")
        .help("tell channels of checks that changed, as [notify] says")
        .places(Places::file);
    set.add("parallel", options.parallel)
        .key("healthcheck.parallel")
        .help("checks at the same time")
        .range(1, 4'096)
        .places(Places::file);
    set.add("prometheus-url", options.prometheus_url)
        .key("healthcheck.prometheus_url")
        .help("the Prometheus that checks ask unless they name another")
        .check(config::check_web_address)
        .places(Places::file);
    set.add("alertmanager-url", options.alertmanager_url)
        .key("healthcheck.alertmanager_url")
        .help("the Alertmanager that checks ask unless they name another")
        .check(config::check_web_address)
        .places(Places::file);
    set.after_loading([&options] {
        config::drop_last_slashes(options.prometheus_url);
        config::drop_last_slashes(options.alertmanager_url);
        return config::Found{};
    });
}

void declare_kind(OptionSet& entry, const std::string& kind, Check& check) {
    check.probe = make_kind(kind);
    check.probe->declare(entry, check);
}

void declare_checks(OptionSet& set, Options& options) {
    const auto shown = std::make_shared<Check>();
    const auto check_of = [&options, shown](const OptionSet& entry) -> Check& {
        return entry.is_description() ? *shown : options.checks.back();
    };
    std::vector<config::Variant> variants;
    for (const KindRow& row : kinds()) {
        variants.push_back({std::string{row.name}, std::string{row.summary}});
    }
    set.group("Checks");
    set.add_tables("check", "what is looked at",
                   [&options, check_of](OptionSet& entry) {
                       if (!entry.is_description()) {
                           options.checks.emplace_back();
                       }
                       declare_common(entry, check_of(entry));
                   })
        .unique("name")
        .variants_by("kind", std::move(variants),
                     [check_of](OptionSet& entry, const std::string& kind) {
                         declare_kind(entry, kind, check_of(entry));
                     });
}

// As far as the kind `tasks` has to know it; the rest of its table is its own.
void declare_sibling(OptionSet& set, config::RunSettings& sibling,
                     const config::KnownTask& known) {
    sibling.timeout = known.timeout;
    sibling.schedule = known.schedule;
    sibling.success_max_age = known.success_max_age;
    const std::string task{known.name};
    const auto key = [&](const std::string& name, auto& target) {
        set.add("tasks-" + task + "-" + name, target)
            .key("tasks." + task + "." + name)
            .help("of the task " + task)
            .places(Places::file)
            .unlisted();
    };
    key("enabled", sibling.enabled);
    key("timeout", sibling.timeout);
    key("schedule", sibling.schedule);
    key("timezone", sibling.task_timezone);
    key("success_max_age", sibling.success_max_age);
}

void declare_siblings(OptionSet& set, config::TaskSettings& siblings) {
    for (const config::KnownTask& known : config::k_known_tasks) {
        const std::string task{known.name};
        if (task == "healthcheck") {
            continue;
        }
        declare_sibling(set, siblings[task], known);
        set.also_known("tasks." + task + ".*");
    }
}

}  // namespace

bool Options::only_looks() const {
    return !record || watch.count() > 0 || !command.empty();
}

std::vector<const Check*> Options::chosen() const {
    std::vector<const Check*> all;
    if (ad_hoc) {
        all.push_back(ad_hoc.get());
        return all;
    }
    for (const Check& check : checks) {
        if (check.chosen) {
            all.push_back(&check);
        }
    }
    return all;
}

void declare(OptionSet& set, Options& options) {
    declare_choice(set, options);
    declare_answer(set, options);
    declare_conduct(set, options);
    declare_checks(set, options);
    declare_siblings(set, options.siblings);
    set.after_loading([&options] { return choose(options); });
    set.after_loading([&options] { return check_apps(options); });
}

namespace {

// These two run no check, and need no secrets. Trap: a command's steps come
// after those of the program, so checks have been chosen by now.
void name_command(OptionSet& own, Options& options, const char* name) {
    own.first_after_loading([&options, name] {
        options.command = name;
        choose_none(options);
        return config::Found{};
    });
}

}  // namespace

std::vector<config::Command> commands(Options& options) {
    std::vector<config::Command> list{
        {"list", "shows the configured checks",
         [&options](OptionSet& own) { name_command(own, options, "list"); }},
        {"explain", "says what a check does and what it found lately",
         [&options](OptionSet& own) {
             name_command(own, options, "explain");
             own.add_positional("NAME", options.words).help("the check");
         }}};
    for (const KindRow& row : kinds()) {
        list.push_back({std::string{row.name},
                        "looks once at " + std::string{row.summary},
                        [&options, name = row.name](OptionSet& own) {
                            declare_one(own, options, name);
                        },
                        true});
    }
    return list;
}

}  // namespace lark_batch::healthcheck
