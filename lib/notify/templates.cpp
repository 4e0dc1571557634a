#include "lib/notify/templates.hpp"

#include <algorithm>
#include <filesystem>

#include "lib/errors/error.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;
using Names = std::vector<std::string_view>;

constexpr std::size_t k_largest_file = 4096;
constexpr std::string_view k_any_fact = "facts.*";

struct BuiltIn {
    TextName name;
    std::string_view file;  // the NAME of NAME.LANGUAGE.txt
    std::string_view en;
    std::string_view zh;
};

constexpr std::array<BuiltIn, 6> k_texts{{
    {TextName::heading, "heading", "{heading}{of_app}", "{heading}{of_app}"},
    {TextName::part, "part", " ({part}/{parts})", "（{part}/{parts}）"},
    {TextName::entry, "entry", "[{severity}] {text}", "【{severity}】{text}"},
    {TextName::escalated, "escalated", "[{severity}, was {previous}] {text}",
     "【{severity}，原为{previous}】{text}"},
    {TextName::recovered, "recovered", "[over] {text}", "【已恢复】{text}"},
    {TextName::more, "more", "and {more} more", "另有 {more} 条"},
}};

Names placeholders_of(TextName name) {
    switch (name) {
        case TextName::heading:
            return {"heading", "app", "of_app", "severity", "source", "count"};
        case TextName::part:
            return {"part", "parts"};
        case TextName::more:
            return {"more", "count", "app", "source"};
        default:
            return {"text", "app",    "label", "person",   "severity",
                    "kind", "source", "topic", "previous", k_any_fact};
    }
}

bool is_known(std::string_view word, const Names& known) {
    return std::any_of(known.begin(), known.end(), [&](std::string_view name) {
        return name == word || (name == k_any_fact &&
                                word.starts_with("facts.") && word.size() > 6);
    });
}

[[noreturn]] void refuse_word(std::string_view word, const Names& known) {
    const std::vector<std::string> names{known.begin(), known.end()};
    const auto near = text::nearest(word, names);
    throw Error{Kind::config,
                "unknown placeholder '{" + text::excerpt(word, 60) + "}'",
                near ? "did you mean '{" + *near + "}'?"
                     : "it may be one of " + text::join(names, ", ")};
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

// A line end would end a mail's header or an entry's line early.
void check_text(std::string_view text) {
    if (std::any_of(text.begin(), text.end(), is_control)) {
        throw Error{Kind::config, "the text has more than one line",
                    "write it on one line, without control characters"};
    }
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = text::utf8_length(text.substr(at));
        if (length == 0) {
            throw Error{Kind::config, "the text is not UTF-8"};
        }
        at += length;
    }
}

Template read_template(const fs::path& path, TextName name) {
    try {
        const std::string content = files::read(path, k_largest_file);
        // Blanks count: one separates a heading from its "(1/3)".
        const std::string_view text = std::string_view{content}.substr(
            0, content.find_last_not_of("\r\n") + 1);
        check_text(text);
        return Template{text, placeholders_of(name)};
    } catch (const Error& error) {
        throw error.within("template '" + path.string() + "'");
    }
}

std::string file_name(const BuiltIn& text, Language language) {
    return std::string{text.file} + "." + std::string{name_of(language)} +
           ".txt";
}

using Sources = std::span<const std::string_view>;

[[noreturn]] void refuse_source(const fs::path& path, std::string_view source,
                                Sources sources) {
    const std::vector<std::string> names{sources.begin(), sources.end()};
    const auto near = text::nearest(source, names);
    throw Error{Kind::config,
                "template '" + path.string() + "' is for the unknown source '" +
                    text::excerpt(source, 60) + "'",
                near ? "did you mean '" + *near + "'?"
                     : "it may be one of " + text::join(names, ", ")};
}

// A misspelt file would be ignored in silence.
void check_file_name(const fs::path& path, Sources sources) {
    const std::string name = path.filename().string();
    std::vector<std::string> known;
    for (const auto& text : k_texts) {
        for (const auto language : {Language::en, Language::zh}) {
            known.push_back(file_name(text, language));
            if (name == known.back()) {
                return;
            }
            if (name.ends_with("." + known.back())) {
                const auto source = std::string_view{name}.substr(
                    0, name.size() - known.back().size() - 1);
                if (std::find(sources.begin(), sources.end(), source) ==
                    sources.end()) {
                    refuse_source(path, source, sources);
                }
                return;
            }
        }
    }
    const auto near = text::nearest(name, known);
    throw Error{Kind::config,
                "template '" + path.string() + "' is none of ours",
                near ? "did you mean '" + *near + "'?"
                     : "name it like " + known.front()};
}

void check_folder(const std::string& folder, Sources sources) {
    std::error_code fault;
    for (fs::directory_iterator at{folder, fault}, end; !fault && at != end;
         at.increment(fault)) {
        if (at->path().extension() == ".txt") {
            check_file_name(at->path(), sources);
        }
    }
    if (fault) {
        throw Error{Kind::config,
                    "cannot read the templates folder '" + folder +
                        "': " + fault.message(),
                    "check notify.templates"};
    }
}

Template choose(const std::string& folder, const std::string& source,
                const BuiltIn& text, Language language) {
    if (!folder.empty()) {
        const std::string name = file_name(text, language);
        const std::string own = source + "." + name;
        for (const auto& file : {own, name}) {
            const fs::path path = fs::path{folder} / file;
            std::error_code ignored;
            if (fs::exists(path, ignored)) {
                return read_template(path, text.name);
            }
        }
    }
    return Template{language == Language::zh ? text.zh : text.en,
                    placeholders_of(text.name)};
}

}  // namespace

Template::Template(std::string_view text, const Names& known) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool doubled = at + 1 < text.size() && text[at + 1] == c;
        if (c != '{' && c != '}') {
            plain += c;
        } else if (doubled) {
            plain += c;
            ++at;
        } else if (c == '}') {
            throw Error{Kind::config, "a '}' without '{'",
                        "write '}}' for the brace itself"};
        } else {
            const auto end = text.find('}', at);
            if (end == std::string_view::npos) {
                throw Error{Kind::config, "a '{' without '}'",
                            "write '{{' for the brace itself"};
            }
            const auto word = text.substr(at + 1, end - at - 1);
            if (!is_known(word, known)) {
                refuse_word(word, known);
            }
            m_pieces.push_back({false, std::move(plain)});
            m_pieces.push_back({true, std::string{word}});
            plain.clear();
            at = end;
        }
    }
    m_pieces.push_back({false, std::move(plain)});
}

std::string Template::fill(const Values& values) const {
    std::string text;
    for (const auto& piece : m_pieces) {
        if (!piece.is_placeholder) {
            text += piece.text;
        } else if (const auto found = values.find(piece.text);
                   found != values.end()) {
            text += found->second;
        }
    }
    return text;
}

Templates::Templates(const std::string& folder, const std::string& source,
                     Sources sources) {
    if (!folder.empty()) {
        check_folder(folder, sources);
    }
    for (const auto& text : k_texts) {
        for (const auto language : {Language::en, Language::zh}) {
            m_texts[{text.name, language}] =
                choose(folder, source, text, language);
        }
    }
}

const Template& Templates::get(TextName name, Language language) const {
    return m_texts.at({name, language});
}

}  // namespace lark_batch::notify
