#include "lib/db/tokens.hpp"

#include <fmt/format.h>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"
#include "lib/db/token_rows.hpp"

namespace lark_batch::db {

namespace {

// The pair's columns from parameters $4 to $10, in the order of exec_pair().
constexpr const char* k_save = R"sql(
INSERT INTO lark_batch.tokens AS old
    (app, token_type, subject, key_id, access_sealed, refresh_sealed,
     refresh_hash, access_expires_at, refresh_expires_at, scopes,
     chain_ends_at)
VALUES ($1, $2, $3, $4, $5, CASE WHEN $11 THEN $6::bytea END,
        CASE WHEN $11 THEN $7::bytea END,
        now() + $8 * interval '1 ms',
        CASE WHEN $11 THEN now() + $9 * interval '1 ms' END, $10::text[],
        CASE WHEN $11 THEN now() + $12 * interval '1 ms' END)
ON CONFLICT (app, token_type, subject) DO UPDATE SET
    key_id = EXCLUDED.key_id, access_sealed = EXCLUDED.access_sealed,
    refresh_sealed = EXCLUDED.refresh_sealed,
    refresh_hash = EXCLUDED.refresh_hash,
    access_expires_at = EXCLUDED.access_expires_at,
    refresh_expires_at = EXCLUDED.refresh_expires_at,
    scopes = EXCLUDED.scopes, chain_ends_at = EXCLUDED.chain_ends_at,
    state = 'valid', reason = '', failing_since = NULL,
    version = old.version + 1, updated_at = now()
WHERE $13 OR (
    (old.state NOT IN ('valid', 'refreshing')
     OR EXCLUDED.ends_at >= old.ends_at)
    AND EXCLUDED.refresh_hash IS DISTINCT FROM old.refresh_hash
    AND NOT EXISTS (SELECT FROM lark_batch.token_refresh_journal j
                    WHERE j.token_id = old.token_id
                      AND j.old_hash = EXCLUDED.refresh_hash))
RETURNING version)sql";

constexpr const char* k_revoke = R"sql(
UPDATE lark_batch.tokens SET state = 'revoked', reason = 'by hand',
    access_sealed = '', refresh_sealed = NULL, refresh_hash = NULL,
    refresh_expires_at = NULL, version = version + 1, updated_at = now()
WHERE app = $1 AND token_type = $2 AND subject = $3 AND state <> 'revoked')sql";

// A skip scan: one probe of tokens_by_key for each id, whatever the number of
// rows (PostgreSQL wiki, "Loose indexscan").
constexpr const char* k_keys_in_use = R"sql(
WITH RECURSIVE ids AS (
    (SELECT key_id FROM lark_batch.tokens ORDER BY key_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.key_id FROM lark_batch.tokens t
            WHERE t.key_id > ids.key_id ORDER BY t.key_id LIMIT 1)
    FROM ids WHERE ids.key_id IS NOT NULL
)
SELECT key_id FROM ids WHERE key_id IS NOT NULL ORDER BY key_id)sql";

constexpr const char* k_proofs =
    "SELECT key_id, proof FROM lark_batch.token_keys ORDER BY key_id";

constexpr const char* k_save_proof =
    "INSERT INTO lark_batch.token_keys (key_id, proof) VALUES ($1, $2)"
    " ON CONFLICT (key_id) DO NOTHING";

constexpr const char* k_rewrap = R"sql(
UPDATE lark_batch.tokens SET key_id = $2, access_sealed = $3,
    refresh_sealed = CASE WHEN $5 THEN $4::bytea END
WHERE token_id = $1)sql";

const std::string k_find = fmt::format(
    "SELECT {} FROM lark_batch.tokens WHERE app = $1 AND"
    " token_type = $2 AND subject = $3",
    k_token_columns);

const std::string k_lock_others = fmt::format(
    "SELECT {} FROM lark_batch.tokens WHERE key_id <> $1 AND token_id > $2"
    " ORDER BY token_id LIMIT $3 FOR UPDATE SKIP LOCKED",
    k_token_columns);

}  // namespace

Saved save_token(pqxx::transaction_base& transaction, const NewToken& token) {
    const SealedPair& pair = token.pair;
    const pqxx::result rows = transaction.exec_params(
        k_save, token.identity.app, token.identity.token_type,
        token.identity.subject, pair.key_id, bytea(pair.access),
        bytea(pair.refresh.value_or("")), bytea(pair.refresh_hash),
        pair.access_life.count(), pair.refresh_life.count(),
        text_array(pair.scopes), pair.refresh.has_value(),
        token.chain_left.count(), token.force);
    if (rows.empty()) {
        return Saved::kept;
    }
    return rows[0][0].as<std::int64_t>() == 1 ? Saved::added : Saved::replaced;
}

std::optional<TokenRow> find_token(Connection& connection,
                                   const TokenIdentity& identity) {
    std::optional<TokenRow> found;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::result rows = direct.exec_params(
            k_find, identity.app, identity.token_type, identity.subject);
        if (!rows.empty()) {
            found = token_row(rows[0]);
        }
    });
    return found;
}

bool revoke_token(pqxx::transaction_base& transaction,
                  const TokenIdentity& identity) {
    return transaction
               .exec_params(k_revoke, identity.app, identity.token_type,
                            identity.subject)
               .affected_rows() > 0;
}

std::vector<std::string> keys_in_use(Connection& connection) {
    std::vector<std::string> ids;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_keys_in_use)) {
            ids.emplace_back(row[0].c_str());
        }
    });
    return ids;
}

std::vector<KeyProof> key_proofs(Connection& connection) {
    std::vector<KeyProof> proofs;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_proofs)) {
            proofs.push_back({row[0].c_str(), bytes_of(row[1])});
        }
    });
    return proofs;
}

void save_proof(pqxx::transaction_base& transaction, const KeyProof& proof) {
    transaction.exec_params(k_save_proof, proof.key_id, bytea(proof.proof));
}

std::vector<TokenRow> lock_other_keys(pqxx::transaction_base& transaction,
                                      const std::string& key_id, TokenId after,
                                      int limit) {
    std::vector<TokenRow> tokens;
    for (const pqxx::row& row :
         transaction.exec_params(k_lock_others, key_id, after, limit)) {
        tokens.push_back(token_row(row));
    }
    return tokens;
}

void rewrap_token(pqxx::transaction_base& transaction, TokenId id,
                  const SealedPair& pair) {
    transaction.exec_params(k_rewrap, id, pair.key_id, bytea(pair.access),
                            bytea(pair.refresh.value_or("")),
                            pair.refresh.has_value());
}

std::int64_t count_other_keys(Connection& connection,
                              const std::string& key_id) {
    std::int64_t count = 0;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        count = direct
                    .exec_params1(
                        "SELECT count(*) FROM lark_batch.tokens"
                        " WHERE key_id <> $1",
                        key_id)[0]
                    .as<std::int64_t>();
    });
    return count;
}

}  // namespace lark_batch::db
