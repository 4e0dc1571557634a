// A database with tokens in it, and looks at their rows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/db/token_rotation.hpp"
#include "lib/db/tokens.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

TokenIdentity person(const std::string& subject);

// A pair whose bytes say `mark`; both tokens live that long.
SealedPair pair_of(const std::string& mark, std::chrono::hours access_life,
                   std::chrono::hours refresh_life);

class TokenTable {
public:
    // `app` is "hr". The access token lives two hours, the chain a year.
    Saved save(const std::string& subject, const std::string& mark,
               std::chrono::hours refresh_life, bool force = false);
    Saved save(const NewToken& token);

    TokenRow row(const std::string& subject);
    TokenId id(const std::string& subject) { return row(subject).id; }
    bool revoke(const std::string& subject);

    // A rotation of that one alone, whatever its end.
    BegunToken begin(const std::string& subject) {
        return begin(connection, subject);
    }
    BegunToken begin(Connection& by, const std::string& subject);
    // It must have started.
    Attempt attempt(const std::string& subject);
    // Ends it and gives the lock back.
    Stored end(const Ended& ended);

    // Every attempt on it in their order, as "outcome code" or "open".
    std::string journal(const std::string& subject);
    // Of its row, as text.
    std::string column(const std::string& subject, const std::string& name);

    Database database{Schema::migrated};
    Connection connection = database.connect();
};

// Every token is due.
inline const Due k_all_due{std::chrono::hours{24 * 500}, std::nullopt};
inline const Worker k_worker{"host-1", 4'711};

// A new pair for what was attempted.
Ended refreshed(const Attempt& attempt, const std::string& mark);
Ended ended(const Attempt& attempt, Ended::Kind kind, const char* reason = "");

}  // namespace lark_batch::db
