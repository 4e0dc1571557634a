#include "lib/config/option.hpp"

#include <algorithm>
#include <cctype>

#include "lib/config/values.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

std::string variable_of(const std::string& key) {
    std::string name = "LARK_BATCH_" + key;
    for (char& c : name) {
        c = c == '.' ? '_' : static_cast<char>(std::toupper(c));
    }
    return name;
}

errors::Error taken(const std::string& name) {
    return {errors::Kind::bug, "option '" + name + "' is declared twice"};
}

}  // namespace

std::string Origin::str() const {
    switch (place) {
        case Place::built_in:
            return "default";
        case Place::file:
            return name + ":" + std::to_string(line);
        case Place::environment:
            return "environment " + name;
        case Place::credential:
            return "credential " + name;
        case Place::command_line:
            break;
    }
    return "command line";
}

Option& Option::help(std::string sentence) {
    m_declared.help = std::move(sentence);
    return *this;
}

Option& Option::key(std::string path) {
    m_declared.key = std::move(path);
    if (!m_declared.env.empty()) {
        m_declared.env = variable_of(m_declared.key);
    }
    return *this;
}

Option& Option::env(std::string name) {
    m_declared.env = std::move(name);
    return *this;
}

Option& Option::choices(Strings values) {
    m_declared.choices = std::move(values);
    return *this;
}

Option& Option::range(long long low, long long high) {
    m_declared.range.emplace(low, high);
    return *this;
}

Option& Option::range(text::Milliseconds low, text::Milliseconds high) {
    m_declared.range.emplace(low.count(), high.count());
    return *this;
}

Option& Option::places(Places places) {
    m_declared.places = places;
    if (places == Places::command_line) {
        m_declared.env.clear();
    }
    return *this;
}

Option& Option::placeholder(std::string word) {
    m_declared.placeholder = std::move(word);
    return *this;
}

Option& Option::sample(std::string value) {
    m_declared.sample = std::move(value);
    return *this;
}

Option& Option::required(bool is_required) {
    m_declared.required = is_required;
    return *this;
}

Option& Option::check(Check check) {
    m_declared.check = std::move(check);
    return *this;
}

Option& Option::veiled(std::function<std::string(const std::string&)> veil) {
    m_declared.veil = std::move(veil);
    return *this;
}

Option& Option::unlisted() {
    m_declared.listed = false;
    return places(Places::file);
}

Option& Option::negated() {
    m_declared.negated = true;
    return *this;
}

Option& Option::default_from(std::string variable) {
    m_declared.default_variable = std::move(variable);
    return *this;
}

Option& Option::credential(std::function<std::string()> name) {
    m_declared.credential = std::move(name);
    return *this;
}

Option& Option::wanted_when(std::function<bool()> condition) {
    m_declared.wanted = std::move(condition);
    return *this;
}

std::optional<Option::Complaint> Option::assign(const Strings& values,
                                                Origin origin) {
    mark_given();
    auto complaint = set_value(m_declared, values);
    if (!complaint) {
        m_origin = std::move(origin);
    }
    return complaint;
}

Tables& Tables::unique(std::string entry_key) {
    unique_key = std::move(entry_key);
    return *this;
}

Tables& Tables::variants_by(
    std::string entry_key, std::vector<Variant> known,
    std::function<void(OptionSet&, const std::string&)> declare_more) {
    variant_key = std::move(entry_key);
    variants = std::move(known);
    declare_variant = std::move(declare_more);
    return *this;
}

Option& OptionSet::add(std::string name, Target target) {
    if (find(name) != nullptr) {
        throw taken(name);
    }
    Declaration declared;
    declared.key = text::replace_all(name, '-', '_');
    declared.name = std::move(name);
    if (m_purpose == Purpose::program) {
        declared.env = variable_of(declared.key);
    } else {
        declared.places = Places::file;
    }
    declared.group = m_group;
    declared.target = target;
    declared.default_text = plain_text(target);
    declared.default_toml = toml_text(target);
    return m_options.emplace_back(std::move(declared));
}

Option& OptionSet::add(std::string name, bool& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, std::string& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, long long& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, double& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, text::Milliseconds& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, std::uint64_t& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add(std::string name, Strings& target) {
    return add(std::move(name), Target{&target});
}

Option& OptionSet::add_secret(std::string name, text::Secret& target) {
    return add(std::move(name), Target{&target}).places(Places::file);
}

Option& OptionSet::add_positional(std::string name, Strings& target) {
    Option& option = add(std::move(name), Target{&target});
    option.make_positional();
    return option;
}

Tables& OptionSet::add_tables(std::string key, std::string help,
                              std::function<void(OptionSet&)> declare) {
    Tables tables;
    tables.key = std::move(key);
    tables.help = std::move(help);
    tables.group = m_group;
    tables.declare = std::move(declare);
    return m_tables.emplace_back(std::move(tables));
}

void OptionSet::add_family(
    std::string key,
    std::function<void(OptionSet&, const std::string&)> declare) {
    m_families.push_back({std::move(key), std::move(declare), {}});
}

void OptionSet::also_known(std::string table) {
    m_foreign.push_back(std::move(table));
}

void OptionSet::after_loading(std::function<Found()> step) {
    m_steps.push_back(std::move(step));
}

void OptionSet::first_after_loading(std::function<Found()> step) {
    m_steps.insert(m_steps.begin(), std::move(step));
}

Option* OptionSet::find(const std::string& name) {
    const auto same = [&](const Option& option) {
        return option.declared().name == name;
    };
    const auto found = std::find_if(m_options.begin(), m_options.end(), same);
    return found == m_options.end() ? nullptr : &*found;
}

void OptionSet::set_place(Origin place, std::string within) {
    m_place = std::move(place);
    m_within = std::move(within);
}

void OptionSet::merge(OptionSet&& other) {
    for (auto& option : other.m_options) {
        if (find(option.declared().name) != nullptr) {
            throw taken(option.declared().name);
        }
        m_options.push_back(std::move(option));
    }
    for (auto& tables : other.m_tables) {
        m_tables.push_back(std::move(tables));
    }
    for (auto& family : other.m_families) {
        m_families.push_back(std::move(family));
    }
    m_foreign.insert(m_foreign.end(), other.m_foreign.begin(),
                     other.m_foreign.end());
    for (auto& step : other.m_steps) {
        m_steps.push_back(std::move(step));
    }
    other = OptionSet{};
}

}  // namespace lark_batch::config
