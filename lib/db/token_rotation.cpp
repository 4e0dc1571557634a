#include "lib/db/token_rotation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"
#include "lib/db/token_rows.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::db {

namespace {

// The first key is ours ("ltok" in ASCII), the second names the token. Two
// tokens with one hash only look busy to each other.
constexpr const char* k_try_lock =
    "SELECT id FROM unnest($1::bigint[]) AS t(id)"
    " WHERE pg_try_advisory_lock(1819569003, hashint8(id))";
constexpr const char* k_unlock =
    "SELECT pg_advisory_unlock(1819569003, hashint8(id))"
    " FROM unnest($1::bigint[]) AS t(id)";

constexpr const char* k_interrupted =
    "SELECT token_id FROM lark_batch.tokens"
    " WHERE state = 'refreshing' AND app = $1 ORDER BY updated_at LIMIT $2";
constexpr const char* k_due =
    "SELECT token_id FROM lark_batch.tokens"
    " WHERE (ends_at <= now() + $3 * interval '1 ms'"
    "        OR failing_since IS NOT NULL) AND app = $1"
    "   AND state = 'valid' AND refresh_sealed IS NOT NULL"
    " ORDER BY failing_since IS NOT NULL, ends_at, token_id LIMIT $2";

// Of a row that is still due under the lock, with whether an earlier
// attempt on its refresh token was never closed.
const std::string k_reread = fmt::format(
    "SELECT {}, EXISTS (SELECT FROM lark_batch.token_refresh_journal j"
    "   WHERE j.token_id = t.token_id AND j.ended_at IS NULL"
    "     AND j.old_hash = t.refresh_hash)"
    " FROM lark_batch.tokens t"
    " WHERE token_id = ANY ($1::bigint[]) AND refresh_sealed IS NOT NULL"
    "   AND (state = 'refreshing' OR state = 'valid' AND"
    "        (ends_at <= now() + $2 * interval '1 ms'"
    "         OR $2 IS NOT NULL AND failing_since IS NOT NULL"
    "         OR access_expires_at <= now() + $3 * interval '1 ms'))"
    " ORDER BY token_id FOR UPDATE OF t SKIP LOCKED",
    k_token_columns);

// Rewrites the row with its ciphertexts: what fits now will fit later.
constexpr const char* k_mark = R"sql(
UPDATE lark_batch.tokens SET state = 'refreshing', version = version + 1,
    refresh_sealed = refresh_sealed || ''::bytea, updated_at = now()
WHERE token_id = $1 RETURNING version)sql";
constexpr const char* k_journal = R"sql(
INSERT INTO lark_batch.token_refresh_journal
    (attempt_id, token_id, app, token_type, subject, version, old_hash,
     host, pid)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql";

constexpr const char* k_outcome =
    "SELECT coalesce(outcome, '') FROM lark_batch.token_refresh_journal"
    " WHERE attempt_id = $1 FOR UPDATE";

// The row as we left it, or still with the very refresh token that we spent:
// then what we bring is newer than whatever was noted meanwhile.
constexpr const char* k_store = R"sql(
UPDATE lark_batch.tokens SET state = 'valid', reason = '',
    failing_since = NULL, version = version + 1, updated_at = now(),
    key_id = $4, access_sealed = $5,
    access_expires_at = now() + $6 * interval '1 ms',
    refresh_sealed = CASE WHEN $7 THEN $8::bytea END,
    refresh_hash = CASE WHEN $7 THEN $9::bytea END,
    refresh_expires_at =
        CASE WHEN $7 THEN now() + $10 * interval '1 ms' END,
    scopes = CASE WHEN $11::text[] = '{}' THEN scopes ELSE $11::text[] END
WHERE token_id = $1 AND state <> 'revoked'
  AND (version = $2 OR refresh_hash = $3))sql";
constexpr const char* k_note = R"sql(
UPDATE lark_batch.tokens SET state = $3, reason = $4, version = version + 1,
    updated_at = now(),
    failing_since = CASE WHEN $5 THEN coalesce(failing_since, now())
                         ELSE failing_since END
WHERE token_id = $1 AND version = $2)sql";

constexpr const char* k_close = R"sql(
UPDATE lark_batch.token_refresh_journal
SET ended_at = now(), outcome = $2, code = nullif($3, 0),
    log_id = nullif($4, '')
WHERE attempt_id = $1 AND outcome IS DISTINCT FROM 'refreshed')sql";
// Attempts on the same refresh token whose outcome is known by now.
constexpr const char* k_close_earlier = R"sql(
UPDATE lark_batch.token_refresh_journal
SET ended_at = now(),
    outcome = CASE WHEN old_hash = $2 THEN $3 ELSE 'superseded' END
WHERE token_id = $1 AND ended_at IS NULL)sql";

std::string id_array(const std::vector<TokenId>& ids) {
    return fmt::format("{{{}}}", fmt::join(ids, ","));
}

std::vector<TokenId> ids_of(const pqxx::result& rows) {
    std::vector<TokenId> ids;
    for (const pqxx::row& row : rows) {
        ids.push_back(row[0].as<TokenId>());
    }
    return ids;
}

std::optional<std::int64_t> count_of(
    const std::optional<clock::Duration>& duration) {
    return duration ? std::optional{duration->count()} : std::nullopt;
}

std::vector<TokenId> lock_tokens(Connection& connection,
                                 const std::vector<TokenId>& ids) {
    std::vector<TokenId> locked;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        locked = ids_of(direct.exec_params(k_try_lock, id_array(ids)));
    });
    return locked;
}

void mark_and_journal(pqxx::transaction_base& transaction, Attempt& attempt,
                      const Worker& worker) {
    TokenRow& row = attempt.row;
    row.version =
        transaction.exec_params1(k_mark, row.id)[0].as<std::int64_t>();
    transaction.exec_params(k_journal, attempt.attempt_id, row.id,
                            row.identity.app, row.identity.token_type,
                            row.identity.subject, row.version,
                            bytea(row.refresh_hash), worker.host, worker.pid);
}

std::map<TokenId, Attempt> begin_locked(Connection& connection,
                                        const std::vector<TokenId>& locked,
                                        const Due& due, const Worker& worker) {
    std::map<TokenId, Attempt> begun;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        begun.clear();
        for (const pqxx::row& row : transaction.exec_params(
                 k_reread, id_array(locked), count_of(due.end_within),
                 count_of(due.access_within))) {
            Attempt attempt{clock::random_uuid(), token_row(row),
                            row[row.size() - 1].as<bool>()};
            mark_and_journal(transaction, attempt, worker);
            begun.emplace(attempt.row.id, std::move(attempt));
        }
    });
    return begun;
}

// --- the end

struct Note {
    const char* outcome;  // of the journal
    const char* state;    // of the row
    bool failing = false;
    const char* earlier = nullptr;  // of attempts that were never closed
};

Note note_of(const Ended& ended) {
    const char* before = ended.attempt.outcome_unknown ? "refreshing" : "valid";
    switch (ended.kind) {
        case Ended::Kind::failed:
            return {"failed", before, true};
        case Ended::Kind::blocked:
            return {"refused", before, true};
        case Ended::Kind::refused:
            return {"refused", "needs_login", true, "superseded"};
        case Ended::Kind::lost:
            return {"lost", "needs_login", true, "lost"};
        default:
            return {"refreshed", "valid", false, "unspent"};
    }
}

bool store_pair(pqxx::transaction_base& transaction, const Ended& ended) {
    const TokenRow& row = ended.attempt.row;
    const SealedPair& pair = *ended.pair;
    return transaction
               .exec_params(
                   k_store, row.id, row.version, bytea(row.refresh_hash),
                   pair.key_id, bytea(pair.access), pair.access_life.count(),
                   pair.refresh.has_value(), bytea(pair.refresh.value_or("")),
                   bytea(pair.refresh_hash), pair.refresh_life.count(),
                   text_array(pair.scopes))
               .affected_rows() > 0;
}

bool note_row(pqxx::transaction_base& transaction, const Ended& ended,
              const Note& note) {
    const TokenRow& row = ended.attempt.row;
    return transaction
               .exec_params(k_note, row.id, row.version,
                            std::string{note.state}, ended.reason, note.failing)
               .affected_rows() > 0;
}

// Not what a commit has stored that was in doubt. An attempt that another
// process closed, taking it for dead, is news when its pair arrives after all.
bool is_news(pqxx::transaction_base& transaction, const Ended& ended) {
    const pqxx::result rows =
        transaction.exec_params(k_outcome, ended.attempt.attempt_id);
    const std::string outcome = rows.empty() ? "lost" : rows[0][0].c_str();
    return outcome.empty() || (ended.pair && outcome != "refreshed");
}

Stored end_one(pqxx::transaction_base& transaction, const Ended& ended) {
    const Attempt& attempt = ended.attempt;
    if (ended.kind == Ended::Kind::unknown) {
        return Stored::stored;  // row and intent stay open
    }
    if (!is_news(transaction, ended)) {
        return Stored::stored;
    }
    const Note note = note_of(ended);
    const bool taken = ended.pair ? store_pair(transaction, ended)
                                  : note_row(transaction, ended, note);
    transaction.exec_params(k_close, attempt.attempt_id,
                            std::string{taken ? note.outcome : "superseded"},
                            ended.code, ended.log_id);
    if (note.earlier != nullptr && taken) {
        transaction.exec_params(k_close_earlier, attempt.row.id,
                                bytea(attempt.row.refresh_hash),
                                std::string{note.earlier});
    }
    return taken ? Stored::stored : Stored::superseded;
}

}  // namespace

std::vector<TokenId> interrupted_tokens(Connection& connection,
                                        const std::string& app, int limit) {
    std::vector<TokenId> ids;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        ids = ids_of(direct.exec_params(k_interrupted, app, limit));
    });
    return ids;
}

std::vector<TokenId> due_tokens(Connection& connection, const std::string& app,
                                clock::Duration end_within, int limit) {
    std::vector<TokenId> ids;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        ids = ids_of(direct.exec_params(k_due, app, limit, end_within.count()));
    });
    return ids;
}

std::vector<BegunToken> begin_rotation(Connection& connection,
                                       const std::vector<TokenId>& ids,
                                       const Due& due, const Worker& worker) {
    const std::vector<TokenId> locked = lock_tokens(connection, ids);
    std::map<TokenId, Attempt> attempts;
    try {
        attempts = begin_locked(connection, locked, due, worker);
    } catch (const errors::Error&) {
        if (connection.alive()) {
            unlock_tokens(connection, locked);
        }
        throw;
    }
    std::vector<BegunToken> begun;
    std::vector<TokenId> idle;
    for (const TokenId id : ids) {
        BegunToken token{id, Begun::busy, std::nullopt};
        const auto attempt = attempts.find(id);
        if (attempt != attempts.end()) {
            token.result = Begun::started;
            token.attempt = std::move(attempt->second);
        } else if (std::find(locked.begin(), locked.end(), id) !=
                   locked.end()) {
            token.result = Begun::not_due;
            idle.push_back(id);
        }
        begun.push_back(std::move(token));
    }
    unlock_tokens(connection, idle);
    return begun;
}

std::vector<Stored> end_rotation(Connection& connection,
                                 const std::vector<Ended>& ended) {
    std::vector<Stored> stored;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        stored.clear();
        for (const Ended& one : ended) {
            stored.push_back(end_one(transaction, one));
        }
    });
    return stored;
}

void unlock_tokens(Connection& connection, const std::vector<TokenId>& ids) {
    if (ids.empty()) {
        return;
    }
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        direct.exec_params(k_unlock, id_array(ids));
    });
}

}  // namespace lark_batch::db
