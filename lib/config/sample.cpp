// The sample file: every key with its meaning. What equals the default is
// commented out, so that the file says only what it must.
#include <algorithm>
#include <set>

#include "lib/config/render.hpp"
#include "lib/config/values.hpp"
#include "lib/config/wrap.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

struct Section {
    std::string title;  // empty for the top of the file
    std::string body;
};

class Sample {
public:
    void add(const OptionSet& set);
    std::string str() const;

private:
    void add_tables(const Tables& tables);
    std::string& body_of(const std::string& title);

    std::set<std::string> m_keys;
    std::vector<Section> m_sections{{"", ""}};
};

std::string limits(const Declaration& declared) {
    std::string text;
    if (!declared.choices.empty()) {
        text += " (" + text::join(declared.choices, ", ") + ")";
    }
    if (const auto range = range_text(declared); !range.empty()) {
        text += " (" + range + ")";
    }
    return text;
}

std::string assignment(const Declaration& declared, const std::string& key) {
    if (declared.is_secret()) {
        const std::string path = declared.sample.empty()
                                     ? "/etc/lark-batch/credentials/" + key
                                     : declared.sample;
        return "#" + key + "_file = " + as_toml(declared.target, path) + "\n";
    }
    if (!declared.sample.empty() && declared.required) {
        return key + " = " + as_toml(declared.target, declared.sample) + "\n";
    }
    return "#" + key + " = " +
           (declared.sample.empty()
                ? declared.default_toml
                : as_toml(declared.target, declared.sample)) +
           "\n";
}

std::string lines(const Declaration& declared, const std::string& key) {
    return wrap(declared.help + limits(declared), "# ") +
           assignment(declared, key);
}

std::string& Sample::body_of(const std::string& title) {
    const auto same = [&](const Section& section) {
        return section.title == title;
    };
    auto at = std::find_if(m_sections.begin(), m_sections.end(), same);
    if (at == m_sections.end()) {
        at = m_sections.insert(m_sections.end(), {title, ""});
    }
    return at->body;
}

void Sample::add(const OptionSet& set) {
    for (const auto& option : set.options()) {
        const auto& declared = option.declared();
        if (!declared.in_file() || !m_keys.insert(declared.key).second) {
            continue;
        }
        const auto dot = declared.key.rfind('.');
        const bool top = dot == std::string::npos;
        body_of(top ? "" : "[" + declared.key.substr(0, dot) + "]") +=
            lines(declared, top ? declared.key : declared.key.substr(dot + 1));
    }
    for (const auto& tables : set.tables()) {
        add_tables(tables);
    }
}

// Commented out altogether: an entry that is only an example would be used.
void Sample::add_tables(const Tables& tables) {
    if (!m_keys.insert(tables.key).second) {
        return;
    }
    OptionSet entry{OptionSet::Purpose::description};
    tables.declare(entry);
    std::string& body =
        body_of("# " + tables.help + "\n#[[" + tables.key + "]]");
    for (const auto& option : entry.options()) {
        const auto& declared = option.declared();
        const std::string text = assignment(declared, declared.key);
        body += wrap(declared.help + limits(declared), "# ") +
                (text.starts_with('#') ? "" : "#") + text;
    }
}

std::string Sample::str() const {
    std::string text = "# A line behind '#' shows the default or an example.\n";
    for (const auto& section : m_sections) {
        if (section.body.empty()) {
            continue;
        }
        text += "\n" + section.title + (section.title.empty() ? "" : "\n") +
                section.body;
    }
    return text;
}

}  // namespace

std::string sample(const std::vector<const OptionSet*>& sets) {
    Sample result;
    for (const auto* set : sets) {
        result.add(*set);
    }
    return result.str();
}

std::string sample(const OptionSet& options) {
    return sample({&options});
}

}  // namespace lark_batch::config
