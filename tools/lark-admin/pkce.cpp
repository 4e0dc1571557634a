#include "tools/lark-admin/pkce.hpp"

#include "lib/text/base64.hpp"
#include "lib/text/digest.hpp"

namespace lark_batch::admin {

namespace {

std::string unguessable() {
    return text::base64_url(text::random_bytes(32));
}

}  // namespace

Pkce new_pkce() {
    Pkce pkce;
    pkce.verifier = text::Secret{unguessable()};
    pkce.challenge = challenge_of(pkce.verifier);
    return pkce;
}

std::string challenge_of(const text::Secret& verifier) {
    return text::base64_url(text::sha256(verifier.reveal()));
}

std::string new_state() {
    return unguessable();
}

}  // namespace lark_batch::admin
