// The table of tokens. Ciphertexts pass through here as bytes; sealing and
// opening is lib/tokens' business. All ages are judged by the database's
// clock: hosts whose clocks differ must not disagree about an expiry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::db {

using TokenId = std::int64_t;

struct TokenIdentity {
    std::string app;
    std::string token_type = "user_access_token";
    std::string subject;  // open_id of a person; empty for the app's own
};

// An access token with its successor's ticket, as they are stored. Lives are
// counted from now, by the database's clock.
struct SealedPair {
    std::string key_id;
    std::string access;
    std::optional<std::string> refresh;
    std::string refresh_hash;  // SHA-256 of the plain refresh token
    clock::Duration access_life{0};
    clock::Duration refresh_life{0};
    std::vector<std::string> scopes;
};

struct TokenRow {
    TokenId id = 0;
    TokenIdentity identity;
    std::string state;
    std::string reason;
    std::int64_t version = 0;
    std::string key_id;
    std::string access_sealed;
    std::string refresh_sealed;  // empty: there is none
    std::string refresh_hash;
    // What is left by the database's clock; negative when past.
    clock::Duration access_left{0};
    clock::Duration left{0};  // of the moment that matters
};

enum class Saved { added, replaced, kept };

// A pair that came from outside. Unless `force`, an older pair (one whose end
// is earlier) never replaces a valid one, and one that is stored already, or
// whose refresh token was spent, replaces none. `chain_left` is the rest of
// the year after the person's consent.
struct NewToken {
    TokenIdentity identity;
    SealedPair pair;
    clock::Duration chain_left{0};
    bool force = false;
};
Saved save_token(pqxx::transaction_base& transaction, const NewToken& token);

std::optional<TokenRow> find_token(Connection& connection,
                                   const TokenIdentity& identity);

// Destroys the stored pair and marks the row. False when there is no such
// token, or it was revoked before.
bool revoke_token(pqxx::transaction_base& transaction,
                  const TokenIdentity& identity);

// --- keys

struct KeyProof {
    std::string key_id;
    std::string proof;
};
// Of every key that was ever used, in the order of their ids.
std::vector<KeyProof> key_proofs(Connection& connection);
// Ids that seal at least one token; costs one index probe an id.
std::vector<std::string> keys_in_use(Connection& connection);
// Keeps the older proof of a key that has one.
void save_proof(pqxx::transaction_base& transaction, const KeyProof& proof);

// The first `limit` tokens behind `after` that are sealed with another key
// than `key_id`, locked until the transaction's end; those that others hold
// are left out.
std::vector<TokenRow> lock_other_keys(pqxx::transaction_base& transaction,
                                      const std::string& key_id, TokenId after,
                                      int limit);
// The same pair under another key: no new version.
void rewrap_token(pqxx::transaction_base& transaction, TokenId id,
                  const SealedPair& pair);
std::int64_t count_other_keys(Connection& connection,
                              const std::string& key_id);

}  // namespace lark_batch::db
