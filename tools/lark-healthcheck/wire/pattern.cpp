#include "tools/lark-healthcheck/wire/pattern.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw errors::Error{
        errors::Kind::config,
        fmt::format("'{}' is no pattern: {}", text::excerpt(text, 80), why),
        "write it as for grep -E: [0-9]+ in place of \\d+"};
}

void refuse_surprises(const std::string& text) {
    if (text.find("(?") != std::string::npos) {
        refuse(text, "'(?' is not known");
    }
    const std::size_t none = std::string::npos;
    for (std::size_t at = text.find('\\'); at != none && at + 1 < text.size();
         at = text.find('\\', at + 2)) {
        const char next = text[at + 1];
        if (next == 'd' || next == 'D' || (next >= '1' && next <= '9')) {
            refuse(text, fmt::format("'\\{}' is not known", next));
        }
    }
}

}  // namespace

struct Pattern::Compiled {
    // glibc looks from every place of a text, unless the pattern begins with
    // an anchor: so all of ours do, and time stays linear.
    Compiled(const std::string& text, const std::string& anchored) {
        const int fault =
            ::regcomp(&regex, anchored.c_str(), REG_EXTENDED | REG_NOSUB);
        if (fault != 0) {
            char words[100] = {};
            ::regerror(fault, &regex, words, sizeof words);
            refuse(text, words);
        }
    }
    ~Compiled() { ::regfree(&regex); }
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    bool matches(std::string_view text) const {
        // REG_STARTEND: the text need not end in a zero.
        regmatch_t range{};
        range.rm_eo = static_cast<regoff_t>(text.size());
        return ::regexec(&regex, text.data(), 1, &range, REG_STARTEND) == 0;
    }

    regex_t regex{};
};

Pattern::Pattern(const std::string& text) {
    refuse_surprises(text);
    m_search = std::make_shared<Compiled>(text, "^.*(" + text + ")");
    m_whole = std::make_shared<Compiled>(text, "^(" + text + ")$");
}

bool Pattern::found_in(std::string_view text) const {
    if (text.find('\0') != std::string_view::npos) {
        // No dot matches it.
        return found_in(text::replace_all(text, '\0', ' '));
    }
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        std::string_view line = text.substr(start, end - start);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (m_search->matches(line)) {
            return true;
        }
        start = end + 1;
    }
    return false;
}

bool Pattern::is_all_of(std::string_view text) const {
    return m_whole->matches(text);
}

std::optional<std::string> check_pattern(const std::string& value) {
    try {
        const Pattern pattern{value};
        return std::nullopt;
    } catch (const errors::Error& error) {
        return fmt::format("must be a pattern as for grep -E: {}",
                           error.what());
    }
}

}  // namespace lark_batch::healthcheck
