#include "tools/lark-healthcheck/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

using config::Found;
using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

bool meet(const Names& some, const Names& others) {
    return std::ranges::any_of(
        some, [&](const std::string& one) { return has(others, one); });
}

const Check* find(const Options& options, const std::string& name) {
    const auto found = std::ranges::find(options.checks, name, &Check::name);
    return found == options.checks.end() ? nullptr : &*found;
}

Names names_of(const Options& options) {
    Names names;
    for (const Check& check : options.checks) {
        names.push_back(check.name);
    }
    return names;
}

std::string hint_for(const std::string& word, const Names& known) {
    const auto near = text::nearest(word, known);
    return near ? "did you mean '" + *near + "'?"
                : "lark-healthcheck list shows them";
}

void judge_words(const Names& given, const Names& known,
                 const std::string& what, Found& found) {
    for (const std::string& word : given) {
        if (!has(known, word)) {
            found.push_back({"", 0, 0,
                             fmt::format("there is no {} '{}'", what, word),
                             hint_for(word, known), errors::Kind::usage});
        }
    }
}

Names groups_of(const Options& options) {
    Names groups;
    for (const Check& check : options.checks) {
        groups.insert(groups.end(), check.groups.begin(), check.groups.end());
    }
    return groups;
}

void complain(Found& found, const std::string& message,
              const std::string& hint = {}) {
    found.push_back({"", 0, 0, message, hint, errors::Kind::config});
}

// Whether `check` needs itself, by way of others.
bool circular(const Options& options, const Check& check) {
    std::set<const Check*> seen;
    std::vector<const Check*> todo{&check};
    while (!todo.empty()) {
        const Check* const next = todo.back();
        todo.pop_back();
        for (const std::string& name : next->depends_on) {
            const Check* const parent = find(options, name);
            if (parent == &check) {
                return true;
            }
            if (parent != nullptr && seen.insert(parent).second) {
                todo.push_back(parent);
            }
        }
    }
    return false;
}

void judge_dependencies(const Options& options, Found& found) {
    const Names known = names_of(options);
    for (const Check& check : options.checks) {
        const std::string who = "check '" + check.name + "'";
        for (const std::string& name : check.depends_on) {
            if (!has(known, name)) {
                complain(found,
                         fmt::format("{} depends on '{}', which is no check",
                                     who, name),
                         hint_for(name, known));
            }
        }
        if (circular(options, check)) {
            complain(found, who + " depends on itself");
        }
    }
}

bool is_chosen(const Options& options, const Check& check) {
    return check.enabled &&
           (options.names.empty() || has(options.names, check.name)) &&
           (options.groups.empty() || meet(options.groups, check.groups)) &&
           (options.kinds.empty() || has(options.kinds, check.kind));
}

}  // namespace

Found choose(Options& options) {
    Found found;
    judge_words(options.names, names_of(options), "check", found);
    judge_words(options.groups, groups_of(options), "group", found);
    judge_dependencies(options, found);
    const bool runs = options.command.empty() && !options.ad_hoc;
    for (Check& check : options.checks) {
        check.chosen = runs && is_chosen(options, check);
    }
    return found;
}

void choose_none(Options& options) {
    for (Check& check : options.checks) {
        check.chosen = false;
    }
}

void require_checks(const Options& options) {
    if (!options.chosen().empty()) {
        return;
    }
    if (options.checks.empty()) {
        throw errors::Error{errors::Kind::config, "no check is configured",
                            "add a [[check]] to the file, or describe one: "
                            "lark-healthcheck http URL"};
    }
    throw errors::Error{
        errors::Kind::config,
        "none of the " + std::to_string(options.checks.size()) +
            " configured checks is chosen",
        "those with enabled = false are left out, and those that --check, "
        "--group and --kind together leave out"};
}

}  // namespace lark_batch::healthcheck
