#include "lib/lark/pages.hpp"

#include <functional>

namespace lark_batch::lark {

Pages::Step Pages::broken(std::string_view problem) {
    m_problem = problem;
    return Step::broken;
}

Pages::Step Pages::advance(std::optional<bool> has_more,
                           std::optional<std::string_view> token) {
    ++m_count;
    if (!has_more) {
        return broken("a page does not say whether more follow");
    }
    if (!*has_more) {
        return Step::complete;
    }
    if (!token || token->empty()) {
        return broken("more pages are announced, but no page token came");
    }
    if (!m_seen.insert(std::hash<std::string_view>{}(*token)).second) {
        return broken("a page token came twice");
    }
    if (m_count >= m_limit) {
        return broken("it has more pages than any list can have");
    }
    m_token = *token;
    return Step::next;
}

bool Pages::restart() {
    if (m_restarted) {
        return false;
    }
    m_restarted = true;
    m_count = 0;
    m_token.clear();
    m_seen.clear();
    return true;
}

}  // namespace lark_batch::lark
