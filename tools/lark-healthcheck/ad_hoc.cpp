#include "tools/lark-healthcheck/ad_hoc.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "tools/lark-healthcheck/app_wishes.hpp"
#include "tools/lark-healthcheck/choice.hpp"
#include "tools/lark-healthcheck/kinds.hpp"

namespace lark_batch::healthcheck {

namespace {

using config::Option;
using config::OptionSet;
using config::Places;

struct SecretSource {
    std::string option;  // whose it is
    std::string file;
    std::string variable;
};
using SecretSources = std::deque<SecretSource>;

config::Problem usage(const std::string& message, const std::string& hint) {
    return {"", 0, 0, message, hint, errors::Kind::usage};
}

Option* target_of(OptionSet& all, const Check& check) {
    const std::string name{check.probe->target()};
    return name.empty() ? nullptr : all.find(name);
}

std::size_t most_words(const Option* target) {
    if (target == nullptr) {
        return 0;
    }
    return target->declared().is_list() ? std::string::npos : 1;
}

// The words behind the kind are the value of its target's option.
config::Found take_target(OptionSet& all, const Check& check,
                          const config::Strings& words) {
    Option* const target = target_of(all, check);
    if (words.size() > most_words(target)) {
        return {usage("unexpected argument '" + words.back() + "'", "")};
    }
    if (words.empty()) {
        return {};
    }
    if (target->given()) {
        const std::string& name = target->declared().name;
        return {usage(
            "--" + name + " and '" + words.back() + "' both name the " + name,
            "")};
    }
    if (auto complaint = target->assign(
            words, {config::Origin::Place::command_line, "", 0, 0})) {
        return {usage("'" + target->declared().name + "' " + complaint->message,
                      complaint->hint)};
    }
    return {};
}

config::Found need_target(OptionSet& all, const Check& check) {
    const Option* const target = target_of(all, check);
    if (target == nullptr || target->given()) {
        return {};
    }
    return {usage("the " + target->declared().name + " is missing",
                  "lark-healthcheck " + check.kind + " " +
                      target->declared().placeholder_or_name())};
}

void add_secret_options(OptionSet& own, SecretSource& source) {
    own.add(source.option + "-file", source.file)
        .help("file that holds the " + source.option)
        .placeholder("FILE")
        .places(Places::command_line);
    own.add(source.option + "-env", source.variable)
        .help("variable that holds the " + source.option)
        .placeholder("NAME")
        .places(Places::command_line);
}

// --timeout is this one check's time, and else its own default. Without a limit
// of the run, it has as long as a check can be given.
void take_time(OptionSet& all, Check& check) {
    const Option* const timeout = all.find("timeout");
    if (timeout != nullptr &&
        timeout->origin().place == config::Origin::Place::command_line) {
        const auto given =
            *std::get<text::Milliseconds*>(timeout->declared().target);
        check.timeout = given.count() == 0 ? k_longest_timeout : given;
    }
}

// No variables, no keys of the file: nothing but the command line counts.
std::shared_ptr<SecretSources> confine(OptionSet& own) {
    auto sources = std::make_shared<SecretSources>();
    for (Option& option : own.options()) {
        option.required(false);
        if (option.declared().is_secret()) {
            option.env("").unlisted();
            sources->push_back({option.declared().name, "", ""});
        } else if (!option.declared().positional) {
            option.places(Places::command_line);
        }
    }
    for (SecretSource& source : *sources) {
        add_secret_options(own, source);
    }
    return sources;
}

void give_sources(OptionSet& all, const SecretSources& sources) {
    for (const SecretSource& source : sources) {
        Option& secret = *all.find(source.option);
        secret.secret_source() = {source.file, source.variable};
    }
}

}  // namespace

void declare_one(OptionSet& own, Options& options, std::string_view kind) {
    const auto check = std::make_shared<Check>();
    check->kind = kind;
    check->name = kind;
    check->chosen = true;
    check->probe = make_kind(kind);
    declare_ad_hoc(own, *check);
    check->probe->declare(own, *check);
    const Option* const target = target_of(own, *check);
    const bool needed = target != nullptr && target->declared().required;
    const auto sources = confine(own);
    own.add_positional("TARGET", options.words)
        .help("what is looked at: " + std::string{check->probe->target()});
    // The kind's own steps come after it: they need the target.
    own.first_after_loading([&options, check, sources, needed] {
        OptionSet& all = *options.declared;
        options.ad_hoc = check;
        choose_none(options);
        take_time(all, *check);
        give_sources(all, *sources);
        config::Found found = take_target(all, *check, options.words);
        return found.empty() && needed ? need_target(all, *check) : found;
    });
    own.after_loading([&options, check] { return check_app(options, *check); });
}

bool asks_our_own(const Check& check) {
    constexpr std::array k_kinds{"postgres",    "sql",       "sql_freshness",
                                 "sql_ratio",   "tasks",     "lark_api",
                                 "pushgateway", "alert_path"};
    return std::ranges::find(k_kinds, check.kind) != k_kinds.end();
}

}  // namespace lark_batch::healthcheck
