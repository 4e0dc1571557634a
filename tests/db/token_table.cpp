#include "tests/db/token_table.hpp"

#include <pqxx/pqxx>
#include <stdexcept>

#include "lib/db/transaction.hpp"

namespace lark_batch::db {

using std::chrono::hours;

TokenIdentity person(const std::string& subject) {
    return {"hr", "user_access_token", subject};
}

SealedPair pair_of(const std::string& mark, hours access_life,
                   hours refresh_life) {
    SealedPair pair;
    pair.key_id = "k1";
    pair.access = "access " + mark;
    pair.refresh = "refresh " + mark;
    pair.refresh_hash = "hash " + mark;
    pair.access_life = access_life;
    pair.refresh_life = refresh_life;
    pair.scopes = {"a:b", "scope of " + mark};
    return pair;
}

Saved TokenTable::save(const std::string& subject, const std::string& mark,
                       hours refresh_life, bool force) {
    return save({person(subject), pair_of(mark, hours{2}, refresh_life),
                 hours{24 * 365}, force});
}

Saved TokenTable::save(const NewToken& token) {
    Saved saved = Saved::kept;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        saved = save_token(transaction, token);
    });
    return saved;
}

TokenRow TokenTable::row(const std::string& subject) {
    return find_token(connection, person(subject)).value();
}

bool TokenTable::revoke(const std::string& subject) {
    bool revoked = false;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        revoked = revoke_token(transaction, person(subject));
    });
    return revoked;
}

BegunToken TokenTable::begin(Connection& by, const std::string& subject) {
    return begin_rotation(by, {id(subject)}, k_all_due, k_worker).at(0);
}

Attempt TokenTable::attempt(const std::string& subject) {
    return begin(subject).attempt.value();
}

Stored TokenTable::end(const Ended& ended) {
    const Stored stored = end_rotation(connection, {ended}).at(0);
    unlock_tokens(connection, {ended.attempt.row.id});
    return stored;
}

std::string TokenTable::journal(const std::string& subject) {
    return ask(connection,
               "SELECT coalesce(string_agg(coalesce(outcome, 'open')"
               " || coalesce(' ' || code, ''), ', ' ORDER BY begun_at), '')"
               " FROM lark_batch.token_refresh_journal WHERE subject = '" +
                   subject + "'");
}

std::string TokenTable::column(const std::string& subject,
                               const std::string& name) {
    return ask(connection, "SELECT (" + name +
                               ")::text FROM lark_batch.tokens"
                               " WHERE subject = '" +
                               subject + "'");
}

Ended refreshed(const Attempt& attempt, const std::string& mark) {
    Ended ended{attempt, Ended::Kind::refreshed};
    ended.pair = pair_of(mark, hours{2}, hours{24 * 30});
    return ended;
}

Ended ended(const Attempt& attempt, Ended::Kind kind, const char* reason) {
    Ended ended{attempt, kind};
    ended.code = 20'026;
    ended.log_id = "log-1";
    ended.reason = reason;
    return ended;
}

}  // namespace lark_batch::db
