// Proof Key for Code Exchange: who asked for a code proves it when the code
// is exchanged. RFC 7636, method S256.
#pragma once

#include <string>

#include "lib/text/secret.hpp"

namespace lark_batch::admin {

struct Pkce {
    text::Secret verifier;  // 43 characters, for the token endpoint
    std::string challenge;  // for the consent page
};

Pkce new_pkce();

// The S256 challenge of a verifier.
std::string challenge_of(const text::Secret& verifier);

// A value nobody can guess, which the redirect must bring back (RFC 6749,
// section 10.12).
std::string new_state();

}  // namespace lark_batch::admin
