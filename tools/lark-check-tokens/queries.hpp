// The SQL of lark-check-tokens, as named functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"

namespace lark_batch::check_tokens {

struct JudgedApp {
    std::string name;
    std::vector<std::string> wanted_scopes;
};

// How ends are judged. The moment that matters is a refresh token's end, or
// the access token's where there is none; a token that we will refresh in
// time by ourselves matters to people only at the end of its year.
struct Judging {
    std::vector<JudgedApp> apps;
    long long warning_days = 7;
    long long critical_days = 3;
    clock::Duration refresh_ahead{};
    bool refreshing = true;
    // The database's time at which it was asked what is due; empty: now.
    std::string due_as_of;
    std::string zone = "UTC";  // that people are told times in
};

// Of one app, type and class ("valid", "expiring", "critical", "expired").
struct TokenCount {
    std::string app;
    std::string token_type;
    std::string token_class;
    std::int64_t count = 0;
    std::int64_t needing_login = 0;
    std::int64_t failing = 0;  // or without a known outcome
    std::int64_t lacking_scopes = 0;
    // Seconds since 1970 of the first; nothing when there is none.
    std::optional<double> needs_person_at;
    std::optional<double> refresh_ends_at;
};
std::vector<TokenCount> count_tokens(db::Connection& connection,
                                     const Judging& judging);

// Fills the session's table `conditions` (lib/db/notices.hpp): ends that are
// near or past, wanted scopes that lack, people who have left, and apps whose
// last refresh Lark refused for a reason that holds for all of them.
void fill_conditions(db::Connection& connection, const Judging& judging);

// Closes the notices about tokens that were deleted or revoked meanwhile.
void close_removed(db::Connection& connection);

// One more: the app is not enabled in the tenant. The other form adds it only
// if some channel was told so and not that it was over.
void add_disabled(db::Connection& connection, const std::string& app);
void keep_disabled(db::Connection& connection, const std::string& app);

// Tokens that a run would refresh now, by the same rules as the rotation.
std::int64_t count_due(db::Connection& connection, const std::string& app,
                       clock::Duration refresh_ahead);

struct DatabaseTime {
    clock::WallTime moment;
    std::string text;  // as the database writes it
};
DatabaseTime database_now(db::Connection& connection);

}  // namespace lark_batch::check_tokens
