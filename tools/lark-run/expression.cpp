#include "tools/lark-run/expression.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <array>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::lark_run {

struct Expression::Compiled {
    Compiled(const std::string& pattern, int flags) {
        const int fault = ::regcomp(&regex, pattern.c_str(), flags);
        if (fault != 0) {
            std::array<char, 100> words{};
            ::regerror(fault, &regex, words.data(), words.size());
            throw errors::Error{
                errors::Kind::config,
                fmt::format("'{}' is no pattern: {}",
                            text::excerpt(pattern, 80), words.data()),
                "write it as for grep -E"};
        }
    }
    ~Compiled() { ::regfree(&regex); }
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    regex_t regex{};
};

Expression::Expression(const std::string& pattern, Letters letters,
                       std::optional<std::size_t> group)
    : m_compiled(std::make_unique<Compiled>(
          pattern, REG_EXTENDED | REG_NEWLINE |
                       (letters == Letters::any_case ? REG_ICASE : 0))),
      m_group(group.value_or(m_compiled->regex.re_nsub > 0 ? 1 : 0)) {}

Expression::~Expression() = default;

std::string Expression::replaced(const std::string& text,
                                 const std::string& by) const {
    std::string result;
    std::array<regmatch_t, 8> found{};
    std::size_t copied = 0;
    for (std::size_t from = 0; from < text.size();) {
        // REG_STARTEND: what lies before is seen, but not searched.
        found[0] = {static_cast<regoff_t>(from),
                    static_cast<regoff_t>(text.size())};
        if (::regexec(&m_compiled->regex, text.c_str(), found.size(),
                      found.data(), REG_STARTEND) != 0) {
            break;
        }
        const regmatch_t& group = found.at(m_group);
        const regmatch_t& match = group.rm_so < 0 ? found[0] : group;
        const auto begin = static_cast<std::size_t>(match.rm_so);
        const auto end = static_cast<std::size_t>(match.rm_eo);
        if (end > begin) {
            result.append(text, copied, begin - copied).append(by);
            copied = end;
        }
        const auto after = static_cast<std::size_t>(found[0].rm_eo);
        from = after > from ? after : from + 1;
    }
    return result.append(text, copied);
}

}  // namespace lark_batch::lark_run
