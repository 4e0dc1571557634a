// Between plain grants and sealed rows.
#pragma once

#include <string>

#include "lib/db/tokens.hpp"
#include "lib/lark/oauth.hpp"
#include "lib/tokens/seal.hpp"

namespace lark_batch::tokens {

// How long after the person's consent refreshing goes on working.
inline constexpr clock::Duration k_chain{std::chrono::hours{24 * 365}};

// Seals what the token endpoint gave, for the row of that identity, with the
// active key. `elapsed` since we asked is taken off the lives.
db::SealedPair seal_grant(const Keyring& keys,
                          const db::TokenIdentity& identity,
                          const lark::Grant& grant, clock::Duration elapsed);

// The plain token of a row. Throws as open() and Keyring::get() do.
text::Secret open_access(const Keyring& keys, const db::TokenRow& row);
text::Secret open_refresh(const Keyring& keys, const db::TokenRow& row);

// The same pair, sealed with the active key.
db::SealedPair rewrapped(const Keyring& keys, const db::TokenRow& row);

// Throws Error(config) naming the key when a stored token is sealed with one
// that we lack, or when another key now goes by the same id.
void check_keys(db::Connection& connection, const Keyring& keys);

// The same, before anything else; leaves a proof of the active key where
// there is none yet.
void require_keys(db::Connection& connection, const Keyring& keys);

}  // namespace lark_batch::tokens
