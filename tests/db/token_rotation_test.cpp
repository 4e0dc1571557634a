// The beginning of a rotation; its end is in token_end_test.cpp.
#include "lib/db/token_rotation.hpp"

#include <doctest/doctest.h>

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "lib/db/transaction.hpp"
#include "tests/db/token_table.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::db {

namespace {

using errors::Kind;
using std::chrono::hours;

using Ids = std::vector<TokenId>;

constexpr Due k_due_in_a_day{hours{24}, std::nullopt};
constexpr Due k_access_in_an_hour{std::nullopt, hours{1}};

Begun begun(TokenTable& table, const std::string& subject, const Due& due) {
    const auto tokens =
        begin_rotation(table.connection, {table.id(subject)}, due, k_worker);
    return tokens.at(0).result;
}

// Another session would be refused.
bool is_locked(TokenTable& table, const std::string& subject) {
    Connection other = table.database.connect();
    const bool busy = table.begin(other, subject).result == Begun::busy;
    unlock_tokens(other, {table.id(subject)});
    return busy;
}

std::string journal_row(TokenTable& table) {
    return ask(table.connection,
               "SELECT concat_ws(' ', token_id, app, token_type, subject,"
               " version, convert_from(old_hash, 'UTF8'), host, pid)"
               " FROM lark_batch.token_refresh_journal"
               " WHERE ended_at IS NULL");
}

}  // namespace

TEST_CASE("rotation: what is due soonest comes first, of that app alone") {
    TokenTable table;
    table.save("ou_late", "x", hours{20});
    table.save("ou_soon", "x", hours{5});
    table.save("ou_past", "x", hours{-5});
    table.save("ou_far", "x", hours{100});
    table.save({{"it", "user_access_token", "ou_it"},
                pair_of("x", hours{2}, hours{5}),
                hours{9},
                false});
    table.save("ou_dead", "x", hours{5});
    table.revoke("ou_dead");
    const Ids all{table.id("ou_past"), table.id("ou_soon"),
                  table.id("ou_late")};
    CHECK(due_tokens(table.connection, "hr", hours{24}, 10) == all);
    CHECK(due_tokens(table.connection, "hr", hours{24}, 2) ==
          Ids{all[0], all[1]});
    CHECK(due_tokens(table.connection, "none", hours{24}, 10).empty());
}

TEST_CASE("rotation: a token without a successor's ticket is never due") {
    TokenTable table;
    NewToken token{person("ou_a"), pair_of("x", hours{1}, hours{0})};
    token.pair.refresh.reset();
    token.pair.refresh_hash.clear();
    table.save(token);
    CHECK(due_tokens(table.connection, "hr", hours{24}, 10).empty());
    CHECK(begun(table, "ou_a", k_all_due) == Begun::not_due);
}

TEST_CASE("rotation: the beginning marks the row and journals the intent") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    CHECK_FALSE(attempt.outcome_unknown);
    CHECK(attempt.row.refresh_sealed == "refresh one");
    CHECK(attempt.row.version == 2);
    const TokenRow row = table.row("ou_a");
    CHECK(row.state == "refreshing");
    CHECK(row.version == 2);
    CHECK(row.refresh_sealed == "refresh one");
    CHECK(journal_row(table) == std::to_string(row.id) +
                                    " hr user_access_token ou_a 2 hash one"
                                    " host-1 4711");
    CHECK(table.journal("ou_a") == "open");
    CHECK(ask(table.connection,
              "SELECT attempt_id FROM lark_batch.token_refresh_journal") ==
          attempt.attempt_id);
}

TEST_CASE("rotation: what is not due is left alone, and not locked") {
    TokenTable table;
    table.save("ou_a", "one", hours{100});
    CHECK(begun(table, "ou_a", k_due_in_a_day) == Begun::not_due);
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.row("ou_a").version == 1);
    CHECK(table.journal("ou_a").empty());
    CHECK_FALSE(is_locked(table, "ou_a"));
}

TEST_CASE("rotation: an access token that ends soon is reason enough") {
    TokenTable table;
    table.save("ou_a", "one", hours{100});
    CHECK(begun(table, "ou_a", k_access_in_an_hour) == Begun::not_due);
    const Due in_three{std::nullopt, hours{3}};
    CHECK(begun(table, "ou_a", in_three) == Begun::started);
}

TEST_CASE("rotation: who needs a login or was revoked is not tried") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    SUBCASE("needs a login") {
        table.end(ended(table.attempt("ou_a"), Ended::Kind::refused));
    }
    SUBCASE("revoked") {
        table.revoke("ou_a");
    }
    CHECK(begun(table, "ou_a", k_all_due) == Begun::not_due);
    CHECK(begun(table, "ou_a", k_all_due) == Begun::not_due);
}

TEST_CASE("rotation: what another session has in hand is busy, not the rest") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.save("ou_b", "two", hours{5});
    Connection rival = table.database.connect();
    REQUIRE(table.begin(rival, "ou_a").result == Begun::started);
    const auto tokens =
        begin_rotation(table.connection, {table.id("ou_a"), table.id("ou_b")},
                       k_all_due, k_worker);
    REQUIRE(tokens.size() == 2);
    CHECK(tokens[0].id == table.id("ou_a"));
    CHECK(tokens[0].result == Begun::busy);
    CHECK_FALSE(tokens[0].attempt);
    CHECK(tokens[1].result == Begun::started);
    CHECK(table.journal("ou_a") == "open");
}

TEST_CASE("rotation: it is decided by the row as it is under the lock") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Ids listed = due_tokens(table.connection, "hr", hours{24}, 10);
    REQUIRE(listed.size() == 1);
    Connection rival = table.database.connect();
    const auto theirs = begin_rotation(rival, listed, k_due_in_a_day, k_worker);
    end_rotation(rival, {refreshed(theirs.at(0).attempt.value(), "two")});
    unlock_tokens(rival, listed);
    const auto ours =
        begin_rotation(table.connection, listed, k_due_in_a_day, k_worker);
    CHECK(ours.at(0).result == Begun::not_due);
    CHECK(table.journal("ou_a") == "refreshed");
    CHECK(table.row("ou_a").refresh_sealed == "refresh two");
}

TEST_CASE("rotation: one that was never closed is taken up, as unknown") {
    TokenTable table;
    table.save("ou_a", "one", hours{100});
    {
        Connection killed = table.database.connect();
        REQUIRE(table.begin(killed, "ou_a").result == Begun::started);
    }
    CHECK(interrupted_tokens(table.connection, "it", 10).empty());
    CHECK(interrupted_tokens(table.connection, "hr", 10) ==
          Ids{table.id("ou_a")});
    CHECK(due_tokens(table.connection, "hr", hours{500}, 10).empty());
    BegunToken token;
    test::wait_for("the end of the session", [&] {
        token = begin_rotation(table.connection, {table.id("ou_a")},
                               k_due_in_a_day, k_worker)
                    .at(0);
        return token.result != Begun::busy;
    });
    REQUIRE(token.attempt);
    CHECK(token.attempt->outcome_unknown);
    CHECK(token.attempt->row.version == 3);
    CHECK(table.journal("ou_a") == "open, open");
}

TEST_CASE("rotation: a new login ends the doubt about the token before it") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.attempt("ou_a");
    unlock_tokens(table.connection, {table.id("ou_a")});
    table.save("ou_a", "two", hours{9});
    const Attempt attempt = table.attempt("ou_a");
    CHECK_FALSE(attempt.outcome_unknown);
    table.end(ended(attempt, Ended::Kind::failed));
    CHECK(table.row("ou_a").state == "valid");
    table.end(refreshed(table.attempt("ou_a"), "three"));
    CHECK(table.journal("ou_a") == "superseded, failed 20026, refreshed");
}

TEST_CASE("rotation: the lock is held until it is given back") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    CHECK(is_locked(table, "ou_a"));
    end_rotation(table.connection, {refreshed(attempt, "two")});
    CHECK(is_locked(table, "ou_a"));
    unlock_tokens(table.connection, {attempt.row.id});
    CHECK_FALSE(is_locked(table, "ou_a"));
}

TEST_CASE("rotation: a store that takes no writes is found out before") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.connection.execute("SET default_transaction_read_only = on");
    const auto error = fault_of([&] { table.begin(table.connection, "ou_a"); });
    CHECK(error.kind() != Kind::bug);
    CHECK(std::string{error.what()}.find("read-only") != std::string::npos);
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.journal("ou_a").empty());
    CHECK_FALSE(is_locked(table, "ou_a"));
}

TEST_CASE("rotation: nothing to begin and nothing to unlock is no fault") {
    TokenTable table;
    CHECK(begin_rotation(table.connection, {}, k_all_due, k_worker).empty());
    CHECK(end_rotation(table.connection, {}).empty());
    CHECK_NOTHROW(unlock_tokens(table.connection, {}));
    CHECK(begin_rotation(table.connection, {4'711}, k_all_due, k_worker)
              .at(0)
              .result == Begun::not_due);
}

}  // namespace lark_batch::db
