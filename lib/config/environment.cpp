#include "lib/config/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "lib/config/load_steps.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

constexpr std::string_view k_prefix = "LARK_BATCH_";

Strings values_of(const Declaration& declared, const std::string& value) {
    if (!declared.is_list()) {
        return {value};
    }
    Strings values;
    for (const auto& part : text::split(value, ',')) {
        if (const auto word = text::trim(part); !word.empty()) {
            values.emplace_back(word);
        }
    }
    return values;
}

void apply_variable(Option& option, const std::string& name,
                    const std::string& value, Found& found) {
    auto complaint = option.assign(values_of(option.declared(), value),
                                   {Origin::Place::environment, name, 0, 0});
    if (complaint) {
        found.push_back({"", 0, 0, name + " " + complaint->message,
                         std::move(complaint->hint), errors::Kind::config});
    }
}

std::string variable_of(const Declaration& declared) {
    return declared.is_secret() ? declared.env + "_FILE" : declared.env;
}

// "sync_users" and "tasks.*" become LARK_BATCH_SYNC_USERS_, LARK_BATCH_TASKS_.
std::string prefix_of(std::string table) {
    if (table.ends_with(".*")) {
        table.resize(table.size() - 2);
    }
    std::transform(table.begin(), table.end(), table.begin(), [](char c) {
        return c == '.' ? '_' : static_cast<char>(std::toupper(c));
    });
    return std::string{k_prefix} + table + "_";
}

void add_secret_variables(const OptionSet& options, Strings& names) {
    for (const auto& option : options.options()) {
        if (!option.secret_source().variable.empty()) {
            names.push_back(option.secret_source().variable);
        }
    }
}

Strings known_variables(const OptionSet& options) {
    Strings names{std::string{k_prefix} + "CONFIG"};
    for (const auto& option : options.options()) {
        if (!option.declared().env.empty()) {
            names.push_back(variable_of(option.declared()));
        }
        if (!option.declared().default_variable.empty()) {
            names.push_back(option.declared().default_variable);
        }
    }
    add_secret_variables(options, names);
    for (const auto& tables : options.tables()) {
        for (const auto& entry : tables.entries) {
            add_secret_variables(entry, names);
        }
    }
    return names;
}

bool is_foreign(const OptionSet& options, const std::string& name) {
    const auto& tables = options.foreign_tables();
    return std::any_of(tables.begin(), tables.end(),
                       [&](const std::string& table) {
                           return name.starts_with(prefix_of(table));
                       });
}

}  // namespace

Environment Environment::of_process() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr;
         ++entry) {
        const std::string_view text{*entry};
        if (const auto equals = text.find('='); equals != text.npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return Environment{std::move(variables)};
}

std::optional<std::string> Environment::get(const std::string& name) const {
    const auto found = m_variables.find(name);
    if (found == m_variables.end() || found->second.empty()) {
        return {};
    }
    return found->second;
}

Strings Environment::names_beginning(std::string_view prefix) const {
    Strings names;
    for (auto at = m_variables.lower_bound(std::string{prefix});
         at != m_variables.end() && at->first.starts_with(prefix); ++at) {
        names.push_back(at->first);
    }
    return names;
}

void apply_defaults(OptionSet& options, const Environment& environment,
                    Found& found) {
    for (auto& option : options.options()) {
        const auto& name = option.declared().default_variable;
        if (name.empty()) {
            continue;
        }
        if (const auto value = environment.get(name)) {
            // systemd joins several directories with colons; ours is first.
            apply_variable(option, name, value->substr(0, value->find(':')),
                           found);
        }
    }
}

void apply_environment(OptionSet& options, const Environment& environment,
                       Found& found) {
    for (auto& option : options.options()) {
        const auto& declared = option.declared();
        if (declared.env.empty() || !declared.in_file()) {
            continue;
        }
        const std::string name = variable_of(declared);
        const auto value = environment.get(name);
        if (!value) {
            continue;
        }
        if (declared.is_secret()) {
            option.secret_source() = {*value, {}};
            option.set_origin({Origin::Place::environment, name, 0, 0});
        } else {
            apply_variable(option, name, *value, found);
        }
    }
}

void check_variables(const OptionSet& options, const Environment& environment,
                     Found& found) {
    const auto known = known_variables(options);
    for (const auto& name : environment.names_beginning(k_prefix)) {
        if (std::find(known.begin(), known.end(), name) != known.end() ||
            is_foreign(options, name)) {
            continue;
        }
        const auto near = text::nearest(name, known);
        found.push_back({"", 0, 0, "unknown variable '" + name + "'",
                         near ? "did you mean '" + *near + "'?" : "",
                         errors::Kind::config});
    }
}

}  // namespace lark_batch::config
