// Refreshes tokens of one app so that a crash anywhere is seen afterwards:
// lock, read again, journal the intent, call, store the new pair and close
// the intent in one transaction. Many at once, on one thread.
//
// Honest limit: a refresh token works once. When this process dies after the
// server took the token and before its answer was stored, the pair is gone.
// The journal then says so, and the person is asked to log in again.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/token_rotation.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/oauth.hpp"
#include "lib/tokens/keyring.hpp"

namespace lark_batch::tokens {

// With these Lark refuses the app itself: no other token of it will fare
// better. Wrong secret, app not installed, no such app, app not enabled,
// refreshing switched off (the token endpoint's error table).
inline constexpr std::array k_codes_of_the_app{20002, 20009, 20048, 20069,
                                               20074};

// What a rotation needs of the run around it.
struct Surroundings {
    std::function<db::Connection&()> database;
    std::function<db::Connection&()> reconnect;  // after a lost session
    // Takes in answers that are there, without waiting; may be empty. Called
    // while the database is waited for: answers must not time out then.
    std::function<void()> listen;
    clock::Clock* clock = nullptr;
    const clock::Deadline* deadline = nullptr;
    db::Worker worker;
    // Where a pair waits that no database takes: see spooled_pair.hpp.
    std::filesystem::path spool;
};

// What became of the tokens that were tried.
struct Tally {
    std::int64_t refreshed = 0;
    std::int64_t failed = 0;      // surely not consumed, tried again later
    std::int64_t unknown = 0;     // nobody saw the answer
    std::int64_t refused = 0;     // needs a login now
    std::int64_t lost = 0;        // the same, and by our own crash or theirs
    std::int64_t busy = 0;        // another process has it in hand
    std::int64_t superseded = 0;  // somebody else changed it meanwhile
    std::int64_t not_due = 0;     // somebody else had refreshed it already

    bool all_well() const { return failed + unknown == 0; }
    std::int64_t tried() const {
        return refreshed + failed + unknown + refused + lost + busy +
               superseded + not_due;
    }
};

class Rotation {
public:
    // The references must outlive it.
    Rotation(const Keyring& keys, lark::OAuthClient& client,
             const Surroundings& around, db::Due due);
    Rotation(const Rotation&) = delete;
    Rotation& operator=(const Rotation&) = delete;

    void add(const std::vector<db::TokenId>& ids);

    // Stores what was answered, begins what there is room for. When the
    // database is gone for good nothing more is begun, but the answers under
    // way are waited for and spooled: see broken().
    void advance();

    // Stores what was answered, or spools it.
    void settle();

    // Why nothing can be stored any more, and how many pairs are spooled.
    const std::optional<errors::Error>& broken() const { return m_broken; }
    std::size_t spooled() const { return m_spooled; }

    // Begins nothing any more; what is under way is finished.
    void stop_beginning() { m_waiting.clear(); }

    bool done() const { return m_waiting.empty() && m_open == 0; }
    clock::Instant next_start() const;
    bool in_flight() const { return m_open > 0; }

    const Tally& tally() const { return m_tally; }
    // The first thing that went wrong and is not the person's to mend.
    const std::optional<errors::Error>& error() const { return m_error; }
    // Lark refuses every refresh of the app, whoever asks: the rest was not
    // tried.
    bool blocked() const { return m_blocked; }

private:
    void try_to_begin();
    void begin();
    void start(db::Attempt attempt);
    void take(const db::Attempt& attempt, clock::Instant asked,
              const lark::Grant& grant);
    void take(const db::Attempt& attempt, const lark::GrantFailure& failure);
    void answered(db::Ended ended);
    void count(const db::Ended& ended, db::Stored stored);
    void note(const errors::Error& error);
    bool may_begin() const;

    const Keyring* m_keys;
    lark::OAuthClient* m_client;
    const Surroundings* m_around;
    db::Due m_due;
    std::vector<db::TokenId> m_waiting;  // the next one last
    std::vector<db::Ended> m_answered;
    std::size_t m_open = 0;  // begun and not settled
    Tally m_tally;
    std::optional<errors::Error> m_error;
    std::optional<errors::Error> m_broken;
    std::size_t m_spooled = 0;
    bool m_blocked = false;
};

// Drives rotations of several apps to their ends. When `stopping` says so,
// nothing more is begun and what is under way has eight seconds. Throws when
// the database is gone for good; pairs that it did not take are in the spool
// then.
void drive(const std::vector<Rotation*>& rotations, http::Client& http,
           clock::Clock& clock, const std::function<bool()>& stopping,
           const std::function<void()>& progress);

// Stores the pairs that wait in the spool, unless another process is at it.
// Lines that cannot be read, or that the database refuses, are set aside in
// "<spool>.broken". Throws when the database does not answer; nothing is lost
// then.
struct FromSpool {
    std::size_t stored = 0;
    std::size_t set_aside = 0;
};
FromSpool store_spooled(const Surroundings& around);

}  // namespace lark_batch::tokens
