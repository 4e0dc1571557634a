// The rotation of refresh tokens in the database: a refresh token works once,
// so each use is journalled before the call and closed together with what
// came of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/db/tokens.hpp"

namespace lark_batch::db {

// When a token is refreshed: its end (or only its access token's end) is at
// most this far away, its last refresh failed (asked by its end only), or an
// earlier attempt has no known outcome.
struct Due {
    std::optional<clock::Duration> end_within;
    std::optional<clock::Duration> access_within;
};

// Those of the app that an earlier attempt left without a known outcome, and
// those whose end is at most that far away, the nearest first; last those
// whose refresh failed before.
std::vector<TokenId> interrupted_tokens(Connection& connection,
                                        const std::string& app, int limit);
std::vector<TokenId> due_tokens(Connection& connection, const std::string& app,
                                clock::Duration end_within, int limit);

struct Attempt {
    std::string attempt_id;        // UUID
    TokenRow row;                  // as it is under the lock
    bool outcome_unknown = false;  // an earlier attempt was never closed
};

// Who rotates, for the journal.
struct Worker {
    std::string host;
    int pid = 0;
};

enum class Begun { started, busy, not_due };

struct BegunToken {
    TokenId id = 0;
    Begun result = Begun::busy;
    std::optional<Attempt> attempt{};
};

// Takes each token's session lock (what others hold is `busy`). Then, in one
// transaction, reads the rows again (those that others have locked count as
// not due), rewrites each that is still due as `refreshing` and journals the
// intent. That it commits proves that the store can be written to. Throws as
// transact() does; the locks are given back then.
std::vector<BegunToken> begin_rotation(Connection& connection,
                                       const std::vector<TokenId>& ids,
                                       const Due& due, const Worker& worker);

// What came of an attempt.
struct Ended {
    enum class Kind {
        refreshed,  // `pair` is new
        failed,     // surely not consumed: tried again later
        unknown,    // nobody saw the answer: the intent stays open
        refused,    // this token is done for: needs_login
        lost,       // consumed earlier, the answer never arrived: needs_login
        blocked,    // the app or an administrator: the token stays as it was
    };

    Attempt attempt;
    Kind kind = Kind::failed;
    std::optional<SealedPair> pair{};
    long long code = 0;
    std::string log_id{};
    std::string reason{};  // of needs_login: "expired", "lost", "revoked", ...
};

// Whether the row took what we brought, or somebody else had changed it.
enum class Stored { stored, superseded };

// One transaction for all of them. A row that moved on since begin_rotation()
// is left alone, unless it still holds the very refresh token that we spent.
// May be repeated: an attempt that was closed before stays as it is.
std::vector<Stored> end_rotation(Connection& connection,
                                 const std::vector<Ended>& ended);

// Gives the session's locks back.
void unlock_tokens(Connection& connection, const std::vector<TokenId>& ids);

}  // namespace lark_batch::db
