// The reference page: Markdown tables, one a group.
#include <algorithm>

#include "lib/config/render.hpp"
#include "lib/config/values.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

struct Row {
    std::string group;
    std::string text;

    bool operator==(const Row&) const = default;
};

std::string code(const std::string& word) {
    return word.empty() ? "" : "`" + word + "`";
}

std::string escaped(const std::string& prose) {
    std::string text;
    for (const char c : prose) {
        text += c == '|' ? "\\|" : std::string(1, c);
    }
    return text;
}

std::string option_cell(const Declaration& declared) {
    if (declared.positional) {
        return code(declared.placeholder_or_name());
    }
    return declared.on_command_line() ? code("--" + declared.name) : "";
}

std::string key_cell(const Declaration& declared) {
    if (!declared.in_file()) {
        return {};
    }
    return declared.is_secret() ? code(declared.key + "_file") + ", " +
                                      code(declared.key + "_env")
                                : code(declared.key);
}

std::string variable_cell(const Declaration& declared) {
    if (declared.env.empty() || !declared.in_file()) {
        return {};
    }
    return code(declared.env + (declared.is_secret() ? "_FILE" : ""));
}

std::string type_cell(const Declaration& declared) {
    if (!declared.choices.empty()) {
        return code(text::join(declared.choices, "`, `"));
    }
    std::string type{type_name(declared.target)};
    if (const auto range = range_text(declared); !range.empty()) {
        type += ", " + range;
    }
    return type;
}

std::string default_cell(const Declaration& declared) {
    if (declared.required) {
        return "required";
    }
    if (!declared.default_variable.empty()) {
        return code("$" + declared.default_variable) + " or " +
               code(declared.default_text);
    }
    // A flag that only the command line knows is off unless it is given.
    if (declared.is_flag() && declared.places == Places::command_line) {
        return {};
    }
    return code(declared.default_text);
}

std::string row(const Declaration& declared) {
    const Strings cells{option_cell(declared),   key_cell(declared),
                        variable_cell(declared), type_cell(declared),
                        default_cell(declared),  escaped(declared.help)};
    std::string text = "|";
    for (const auto& cell : cells) {
        text += cell.empty() ? " |" : " " + cell + " |";
    }
    return text + "\n";
}

void add_rows(const OptionSet& set, const std::string& group,
              std::vector<Row>& rows) {
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (!declared.listed) {
            continue;
        }
        rows.push_back({group.empty() ? declared.group : group, row(declared)});
    }
}

std::vector<Row> rows_of(const OptionSet& set) {
    std::vector<Row> rows;
    add_rows(set, "", rows);
    for (const auto& tables : set.tables()) {
        OptionSet entry{OptionSet::Purpose::description};
        tables.declare(entry);
        add_rows(entry, "`[[" + tables.key + "]]`: " + tables.help, rows);
        for (const auto& variant : tables.variants) {
            OptionSet own{OptionSet::Purpose::description};
            tables.declare_variant(own, variant.name);
            add_rows(own,
                     "`[[" + tables.key + "]]` of " + tables.variant_key +
                         " `" + variant.name + "`: " + variant.summary,
                     rows);
        }
    }
    return rows;
}

std::vector<Row> rows_of(const Page& page) {
    std::vector<Row> rows = rows_of(*page.options);
    for (const auto& command : page.program->commands) {
        OptionSet own;
        own.group("`" + command.name + "`: " + command.summary);
        if (command.declare && !command.lazy) {
            command.declare(own);
        }
        add_rows(own, "", rows);
    }
    return rows;
}

bool holds(const std::vector<Row>& rows, const Row& row) {
    return std::find(rows.begin(), rows.end(), row) != rows.end();
}

// Groups in the order of their first option.
std::string tables_of(const std::vector<Row>& rows) {
    std::vector<std::pair<std::string, std::string>> groups;
    for (const auto& row : rows) {
        const auto same = [&](const auto& group) {
            return group.first == row.group;
        };
        auto at = std::find_if(groups.begin(), groups.end(), same);
        if (at == groups.end()) {
            at = groups.insert(groups.end(), {row.group, ""});
        }
        at->second += row.text;
    }
    std::string text;
    for (const auto& [title, body] : groups) {
        text.append("\n### ").append(title);
        text +=
            "\n\n| option | key | variable | type | default | meaning |\n"
            "|---|---|---|---|---|---|\n";
        text += body;
    }
    return text;
}

std::vector<Row> shared_rows(const std::vector<std::vector<Row>>& all) {
    std::vector<Row> shared;
    if (all.size() < 2) {
        return shared;
    }
    for (const auto& row : all.front()) {
        if (std::all_of(all.begin(), all.end(),
                        [&](const auto& rows) { return holds(rows, row); })) {
            shared.push_back(row);
        }
    }
    return shared;
}

}  // namespace

std::string reference(const std::vector<Page>& pages) {
    std::vector<std::vector<Row>> all;
    all.reserve(pages.size());
    for (const auto& page : pages) {
        all.push_back(rows_of(page));
    }
    const auto shared = shared_rows(all);
    std::string text;
    if (!shared.empty()) {
        text += "## All programs\n" + tables_of(shared);
    }
    for (std::size_t at = 0; at < pages.size(); ++at) {
        std::erase_if(all[at],
                      [&](const Row& row) { return holds(shared, row); });
        text += (text.empty() ? "## " : "\n## ") + pages[at].program->name +
                "\n\n" + pages[at].program->summary + "\n" + tables_of(all[at]);
    }
    return text;
}

std::string reference(const Program& program, const OptionSet& options) {
    return reference({Page{&program, &options}});
}

}  // namespace lark_batch::config
