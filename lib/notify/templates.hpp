// The texts of notices, built in and in the operator's own words: files
// NAME.LANGUAGE.txt or SOURCE.NAME.LANGUAGE.txt in a folder, such as
// heading.en.txt or check_tokens.entry.zh.txt. A {word} in braces stands for
// a value, {{ and }} for the braces themselves.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/notify/severity.hpp"

namespace lark_batch::notify {

using Values = std::map<std::string, std::string, std::less<>>;

class Template {
public:
    Template() = default;
    // Throws Error(config) for an open brace without an end, a stray closing
    // one, or a placeholder that is not in `known`. "facts.*" among those
    // stands for every name that begins so.
    Template(std::string_view text, const std::vector<std::string_view>& known);

    // Placeholders without a value become nothing.
    std::string fill(const Values& values) const;

private:
    struct Piece {
        bool is_placeholder = false;
        std::string text;
    };
    std::vector<Piece> m_pieces;
};

enum class TextName {
    heading,    // of a digest, on one line
    part,       // behind the heading of a digest in several messages
    entry,      // one that is new or repeated
    escalated,  // one that got worse
    recovered,  // one that is over
    more,       // the line for those that are not listed
};

// The sources that there are: a text for any other would be ignored.
inline constexpr std::array<std::string_view, 4> k_sources{
    "check_tokens", "forward_alerts", "healthcheck", "tasks"};

class Templates {
public:
    // `folder` may be empty: the built-in texts. Throws Error(config) naming
    // the file, also for one of a source that is none of `sources`.
    Templates(const std::string& folder, const std::string& source,
              std::span<const std::string_view> sources = k_sources);

    const Template& get(TextName name, Language language) const;

private:
    std::map<std::pair<TextName, Language>, Template> m_texts;
};

}  // namespace lark_batch::notify
