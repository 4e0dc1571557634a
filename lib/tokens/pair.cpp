#include "lib/tokens/pair.hpp"

#include <algorithm>

#include "lib/db/transaction.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/digest.hpp"

namespace lark_batch::tokens {

namespace {

Place place_of(const db::TokenIdentity& identity, const char* part) {
    return {identity.app, identity.token_type, identity.subject, part};
}

clock::Duration left_of(clock::Duration life, clock::Duration elapsed) {
    return std::max(life - elapsed, clock::Duration::zero());
}

void require_proof(const Keyring& keys, const db::KeyProof& proof) {
    if (keys.has(proof.key_id) &&
        !proves(keys.get(proof.key_id), proof.proof)) {
        throw errors::Error{
            errors::Kind::config,
            "token key '" + proof.key_id +
                "' is not the one that stored tokens were sealed with",
            "restore the right key under this id; a new key needs a new id"};
    }
}

}  // namespace

db::SealedPair seal_grant(const Keyring& keys,
                          const db::TokenIdentity& identity,
                          const lark::Grant& grant, clock::Duration elapsed) {
    const Key& key = keys.active();
    db::SealedPair pair;
    pair.key_id = key.id();
    pair.access = seal(key, place_of(identity, "access"), grant.access_token);
    pair.access_life = left_of(grant.access_life, elapsed);
    pair.scopes = grant.scopes;
    if (!grant.refresh_token.empty()) {
        pair.refresh =
            seal(key, place_of(identity, "refresh"), grant.refresh_token);
        pair.refresh_hash = text::sha256(grant.refresh_token.reveal());
        pair.refresh_life = left_of(grant.refresh_life, elapsed);
    }
    return pair;
}

text::Secret open_access(const Keyring& keys, const db::TokenRow& row) {
    return open(keys.get(row.key_id), place_of(row.identity, "access"),
                row.access_sealed);
}

text::Secret open_refresh(const Keyring& keys, const db::TokenRow& row) {
    return open(keys.get(row.key_id), place_of(row.identity, "refresh"),
                row.refresh_sealed);
}

db::SealedPair rewrapped(const Keyring& keys, const db::TokenRow& row) {
    const Key& key = keys.active();
    db::SealedPair pair;
    pair.key_id = key.id();
    // A revoked token has nothing left to seal.
    if (!row.access_sealed.empty()) {
        pair.access =
            seal(key, place_of(row.identity, "access"), open_access(keys, row));
    }
    if (!row.refresh_sealed.empty()) {
        pair.refresh = seal(key, place_of(row.identity, "refresh"),
                            open_refresh(keys, row));
    }
    return pair;
}

void check_keys(db::Connection& connection, const Keyring& keys) {
    for (const db::KeyProof& proof : db::key_proofs(connection)) {
        require_proof(keys, proof);
    }
    for (const std::string& id : db::keys_in_use(connection)) {
        static_cast<void>(keys.get(id));
    }
}

void require_keys(db::Connection& connection, const Keyring& keys) {
    check_keys(connection, keys);
    const Key& active = keys.active();
    const auto proofs = db::key_proofs(connection);
    const bool known = std::any_of(
        proofs.begin(), proofs.end(),
        [&](const auto& proof) { return proof.key_id == active.id(); });
    if (!known) {
        db::transact(connection, [&](pqxx::transaction_base& transaction) {
            db::save_proof(transaction, {active.id(), key_proof(active)});
        });
    }
}

}  // namespace lark_batch::tokens
