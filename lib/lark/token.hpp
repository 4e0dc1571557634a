// The tenant token of one app and when to ask for another one. Pure logic:
// TokenSource does the asking.
// https://open.larkoffice.com/document/ukTMukTMukTM/ukDNz4SO0MjL5QzM/auth-v3/auth/tenant_access_token_internal.md
#pragma once

#include "lib/clock/clock.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::lark {

class Token {
public:
    using Instant = clock::Instant;

    // The server hands the old token out again while that lives 30 minutes
    // or more, so a renewal is worth its call only below. Short-lived tokens
    // are renewed after two thirds of their life.
    static constexpr clock::Duration k_margin{20 * 60'000};

    bool usable(Instant now) const;
    const text::Secret& secret() const { return m_secret; }
    // Grows with each token, so that a late refusal of the one before cannot
    // drop its successor.
    int generation() const { return m_generation; }

    // Missing or due for renewal, nobody is asking yet, no pause is left.
    bool wants_fetch(Instant now) const;
    // When wants_fetch() will become true; Instant::max() while asking.
    Instant next_fetch() const;

    void asking() { m_asking = true; }
    // `life` is what the server says is left of the token's time, which is
    // counted from when we asked.
    void fetched(text::Secret secret, clock::Duration life, Instant asked);
    void not_fetched(Instant retry);

    // The server no longer takes the token of that generation.
    void refused(int generation);

private:
    text::Secret m_secret;
    int m_generation = 0;
    bool m_asking = false;
    Instant m_expires = Instant::min();
    Instant m_next_fetch = Instant::min();
};

}  // namespace lark_batch::lark
