// Tokens as the database holds them: XChaCha20-Poly1305 with a random nonce,
// bound to the row and column that they belong to. A ciphertext that was
// copied to another row, column or key id does not open.
// https://doc.libsodium.org/secret-key_cryptography/aead/chacha20-poly1305/xchacha20-poly1305_construction
#pragma once

#include <string>
#include <string_view>

#include "lib/text/secret.hpp"
#include "lib/tokens/keyring.hpp"

namespace lark_batch::tokens {

// What the ciphertext is bound to.
struct Place {
    std::string app;
    std::string token_type;
    std::string subject;
    std::string part;  // "access", "refresh"
};

// A byte that names this form, the nonce, the ciphertext with its tag.
std::string seal(const Key& key, const Place& place, const text::Secret& plain);

// Throws Error(config) when it was sealed with another key, for another
// place, or was altered. The message names app and key, never the subject.
text::Secret open(const Key& key, const Place& place, std::string_view sealed);

// Tells keys apart that go by the same id: see lark_batch.token_keys.
std::string key_proof(const Key& key);
bool proves(const Key& key, std::string_view proof);

}  // namespace lark_batch::tokens
