// Walks the file's tables beside the declarations.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/config/file_types.hpp"
#include "lib/config/load_steps.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using Kind = FileNode::Kind;

class FileWalk {
public:
    FileWalk(OptionSet& set, std::string file, std::string within, Found& found)
        : m_set(set),
          m_file(std::move(file)),
          m_within(std::move(within)),
          m_found(found) {}

    void table(const FileNode& node, const std::string& prefix);

private:
    void member(const FileNode& node, const std::string& path);
    bool option_value(const FileNode& node, const std::string& path);
    bool secret_source(const FileNode& node, const std::string& path);
    bool entries(const FileNode& node, const std::string& path);
    void entry(Tables& tables, const FileNode& node);
    bool family(const FileNode& node, const std::string& path);
    void member_of(Family& family, const FileNode& node);
    static std::string variant_of(const Tables& tables, const FileNode& node);
    void check_unique(const Tables& tables);
    void assign(Option& option, const FileNode& node, const std::string& path);
    void set_source(Option& option, std::string& source, const FileNode& node,
                    const std::string& path);
    bool leads_somewhere(const std::string& path) const;
    bool is_foreign(const std::string& path) const;
    Strings siblings(const std::string& path) const;
    bool misspelt(const FileNode& node, const std::string& path);
    void unknown(const FileNode& node, const std::string& path);
    Strings known_keys() const;

    Origin origin(const FileNode& node) const {
        return {Origin::Place::file, m_file, node.line, node.column};
    }
    void complain(unsigned line, unsigned column, const std::string& message,
                  std::string hint = {}) {
        m_found.push_back({m_file, line, column, message + m_within,
                           std::move(hint), errors::Kind::config});
    }

    OptionSet& m_set;
    std::string m_file;
    std::string m_within;  // " in [[app]]", behind every message
    Found& m_found;
    bool m_judges_keys = true;
};

std::string quoted(const std::string& word) {
    return "'" + word + "'";
}

void FileWalk::table(const FileNode& node, const std::string& prefix) {
    for (const auto& child : node.children) {
        member(child, prefix + child.key);
    }
}

void FileWalk::member(const FileNode& node, const std::string& path) {
    if (option_value(node, path) || secret_source(node, path) ||
        entries(node, path)) {
        return;
    }
    if (family(node, path)) {
        return;
    }
    if (leads_somewhere(path)) {
        if (node.kind == Kind::table) {
            table(node, path + ".");
        } else {
            complain(
                node.line, node.column,
                quoted(path) + " must be a table, not " + node.kind_name());
        }
    } else if (!misspelt(node, path) && !is_foreign(path)) {
        unknown(node, path);
    }
}

bool FileWalk::option_value(const FileNode& node, const std::string& path) {
    for (auto& option : m_set.options()) {
        const auto& declared = option.declared();
        if (declared.key == path && declared.in_file() &&
            !declared.is_secret()) {
            assign(option, node, path);
            return true;
        }
    }
    return false;
}

void FileWalk::assign(Option& option, const FileNode& node,
                      const std::string& path) {
    option.mark_given();
    if (!fits(option.declared(), node)) {
        complain(node.line, node.column,
                 quoted(path) + " must be " + misfit(option.declared(), node));
        return;
    }
    if (auto complaint = option.assign(values_of(node), origin(node))) {
        complain(node.line, node.column,
                 quoted(path) + " " + complaint->message,
                 std::move(complaint->hint));
    }
}

bool FileWalk::secret_source(const FileNode& node, const std::string& path) {
    for (auto& option : m_set.options()) {
        const auto& declared = option.declared();
        if (!declared.is_secret() || !path.starts_with(declared.key)) {
            continue;
        }
        const std::string ending = path.substr(declared.key.size());
        if (ending == "_file") {
            set_source(option, option.secret_source().file, node, path);
            return true;
        }
        if (ending == "_env") {
            set_source(option, option.secret_source().variable, node, path);
            return true;
        }
        if (ending.empty()) {
            option.mark_given();
            complain(node.key_line, node.key_column,
                     quoted(path) +
                         " is a secret and cannot stand in a file"
                         " that others read",
                     fmt::format("use {0}_file or {0}_env", path));
            return true;
        }
    }
    return false;
}

void FileWalk::set_source(Option& option, std::string& source,
                          const FileNode& node, const std::string& path) {
    option.mark_given();
    if (node.kind != Kind::text || node.text.empty()) {
        complain(node.line, node.column,
                 quoted(path) + " must be a string that is not empty");
        return;
    }
    const auto& present = option.secret_source();
    if (!present.file.empty() || !present.variable.empty()) {
        const std::string& key = option.declared().key;
        complain(node.key_line, node.key_column,
                 quoted(key + "_file") + " and " + quoted(key + "_env") +
                     " exclude each other");
        return;
    }
    source = node.text;
    option.set_origin(origin(node));
}

bool FileWalk::entries(const FileNode& node, const std::string& path) {
    for (auto& tables : m_set.tables()) {
        if (tables.key != path) {
            continue;
        }
        if (node.kind != Kind::list) {
            tables.given = true;
            complain(node.key_line, node.key_column,
                     quoted(path) + " must be an array of tables, not " +
                         node.kind_name(),
                     "write [[" + path + "]]");
            return true;
        }
        tables.given = !node.children.empty();
        for (const auto& item : node.children) {
            entry(tables, item);
        }
        check_unique(tables);
        return true;
    }
    return false;
}

void FileWalk::entry(Tables& tables, const FileNode& node) {
    if (node.kind != Kind::table) {
        complain(node.line, node.column,
                 quoted(tables.key) + " must hold tables only, not " +
                     node.kind_name());
        return;
    }
    OptionSet& set = tables.entries.emplace_back(OptionSet::Purpose::entry);
    tables.declare(set);
    const std::string variant = variant_of(tables, node);
    set.set_place(origin(node),
                  " in [[" + tables.key + "]]" +
                      (variant.empty() ? ""
                                       : " of " + tables.variant_key + " " +
                                             quoted(variant)));
    if (!variant.empty()) {
        tables.declare_variant(set, variant);
    }
    FileWalk walk{set, m_file, set.within(), m_found};
    // Which keys are right is unknown while the variant is.
    walk.m_judges_keys = tables.variants.empty() || !variant.empty();
    walk.table(node, "");
}

bool FileWalk::family(const FileNode& node, const std::string& path) {
    for (auto& family : m_set.families()) {
        if (family.key != path) {
            continue;
        }
        if (node.kind != Kind::table) {
            complain(
                node.line, node.column,
                quoted(path) + " must be a table, not " + node.kind_name());
            return true;
        }
        for (const auto& child : node.children) {
            const std::string place = path + "." + child.key;
            if (leads_somewhere(place)) {
                member(child, place);
            } else if (!misspelt(child, place)) {
                member_of(family, child);
            }
        }
        return true;
    }
    return false;
}

void FileWalk::member_of(Family& family, const FileNode& node) {
    const std::string path = family.key + "." + node.key;
    if (node.kind != Kind::table) {
        complain(node.line, node.column,
                 quoted(path) + " must be a table, not " + node.kind_name());
        return;
    }
    OptionSet& set = family.entries.emplace_back(OptionSet::Purpose::entry);
    family.declare(set, node.key);
    set.set_place(origin(node), " in [" + path + "]");
    FileWalk{set, m_file, set.within(), m_found}.table(node, "");
}

// The variant that an entry names; empty when it names none that there is.
std::string FileWalk::variant_of(const Tables& tables, const FileNode& node) {
    for (const auto& child : node.children) {
        for (const auto& variant : tables.variants) {
            if (child.key == tables.variant_key && child.kind == Kind::text &&
                child.text == variant.name) {
                return variant.name;
            }
        }
    }
    return {};
}

void FileWalk::check_unique(const Tables& tables) {
    std::set<std::string> seen;
    for (const auto& set : tables.entries) {
        for (const auto& option : set.options()) {
            const auto& declared = option.declared();
            if (declared.key != tables.unique_key ||
                option.origin().place == Origin::Place::built_in) {
                continue;
            }
            const auto& value = *std::get<std::string*>(declared.target);
            if (!seen.insert(value).second) {
                complain(option.origin().line, option.origin().column,
                         quoted(declared.key) + " " + quoted(value) +
                             " is used twice in [[" + tables.key + "]]");
            }
        }
    }
}

bool FileWalk::leads_somewhere(const std::string& path) const {
    const std::string prefix = path + ".";
    const auto below = [&](const std::string& key) {
        return key.starts_with(prefix);
    };
    const auto& foreign = m_set.foreign_tables();
    const auto& options = m_set.options();
    return std::any_of(foreign.begin(), foreign.end(), below) ||
           std::any_of(options.begin(), options.end(),
                       [&](const Option& option) {
                           return option.declared().in_file() &&
                                  below(option.declared().key);
                       });
}

bool FileWalk::is_foreign(const std::string& path) const {
    const std::string family = path.substr(0, path.rfind('.')) + ".*";
    const auto& foreign = m_set.foreign_tables();
    return std::any_of(foreign.begin(), foreign.end(),
                       [&](const std::string& table) {
                           return table == path || table == family;
                       });
}

// "tasks.cleanup" beside "tasks.clenup".
Strings FileWalk::siblings(const std::string& path) const {
    const std::string parent = path.substr(0, path.rfind('.') + 1);
    Strings names;
    for (const auto& table : m_set.foreign_tables()) {
        if (!parent.empty() && table.starts_with(parent) &&
            table.find('.', parent.size()) == table.npos &&
            !table.ends_with('*')) {
            names.push_back(table.substr(parent.size()));
        }
    }
    return names;
}

// Any name is right in "tasks.*", but hardly one that is almost a known one.
bool FileWalk::misspelt(const FileNode& node, const std::string& path) {
    const auto known = siblings(path);
    const auto near = text::nearest(node.key, known);
    if (!near || *near == node.key) {
        return false;
    }
    const auto parent = path.substr(0, path.size() - node.key.size());
    complain(node.key_line, node.key_column,
             "unknown " +
                 std::string{node.kind == Kind::table ? "table " : "key "} +
                 quoted(path),
             "did you mean '" + parent + *near + "'?");
    return true;
}

void FileWalk::unknown(const FileNode& node, const std::string& path) {
    if (!m_judges_keys) {
        return;
    }
    const auto& members = node.children;
    // "databse.url = …" is one word to its writer, a table head is not.
    if (node.kind == Kind::table && !members.empty() &&
        members.front().key_line == node.key_line) {
        for (const auto& child : members) {
            unknown(child, path + "." + child.key);
        }
        return;
    }
    const auto near = text::nearest(path, known_keys());
    complain(node.key_line, node.key_column,
             (node.kind == Kind::table ? "unknown table " : "unknown key ") +
                 quoted(path),
             near ? "did you mean '" + *near + "'?" : "");
}

Strings FileWalk::known_keys() const {
    std::set<std::string> keys;
    const auto add = [&](const std::string& key) {
        keys.insert(key);
        for (auto dot = key.find('.'); dot != key.npos;
             dot = key.find('.', dot + 1)) {
            keys.insert(key.substr(0, dot));
        }
    };
    for (const auto& option : m_set.options()) {
        const auto& declared = option.declared();
        if (declared.is_secret()) {
            add(declared.key + "_file");
            add(declared.key + "_env");
        } else if (declared.in_file()) {
            add(declared.key);
        }
    }
    for (const auto& tables : m_set.tables()) {
        add(tables.key);
    }
    for (const auto& table : m_set.foreign_tables()) {
        add(table.ends_with(".*") ? table.substr(0, table.size() - 2) : table);
    }
    return {keys.begin(), keys.end()};
}

}  // namespace

void apply_file(OptionSet& options, const FileNode& root,
                const std::string& file, Found& found) {
    FileWalk{options, file, "", found}.table(root, "");
}

}  // namespace lark_batch::config
