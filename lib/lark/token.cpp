#include "lib/lark/token.hpp"

#include <algorithm>
#include <utility>

namespace lark_batch::lark {

bool Token::usable(Instant now) const {
    return !m_secret.empty() && now < m_expires;
}

bool Token::wants_fetch(Instant now) const {
    return !m_asking && now >= m_next_fetch;
}

clock::Instant Token::next_fetch() const {
    return m_asking ? Instant::max() : m_next_fetch;
}

void Token::fetched(text::Secret secret, clock::Duration life, Instant asked) {
    m_asking = false;
    m_secret = std::move(secret);
    ++m_generation;
    m_expires = asked + life;
    m_next_fetch = m_expires - std::min(k_margin, life / 3);
}

void Token::not_fetched(Instant retry) {
    m_asking = false;
    m_next_fetch = retry;
}

void Token::refused(int generation) {
    if (generation == m_generation && !m_secret.empty()) {
        m_secret = text::Secret{};
        m_next_fetch = Instant::min();
    }
}

}  // namespace lark_batch::lark
