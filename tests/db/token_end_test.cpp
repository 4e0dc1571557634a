// The end of a rotation: what the row and the journal say afterwards.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/db/token_rotation.hpp"
#include "tests/db/token_table.hpp"

namespace lark_batch::db {

namespace {

using Kind = Ended::Kind;
using std::chrono::hours;

// A token with an attempt that nobody closed, and the next one.
Attempt after_unknown(TokenTable& table) {
    table.save("ou_a", "one", hours{5});
    table.end(ended(table.attempt("ou_a"), Kind::unknown));
    const Attempt attempt = table.attempt("ou_a");
    REQUIRE(attempt.outcome_unknown);
    return attempt;
}

// Changes the row behind the back of an attempt that is under way.
void change_meanwhile(TokenTable& table, const std::string& set) {
    table.database.sql("UPDATE lark_batch.tokens SET version = version + 1, " +
                       set);
}

}  // namespace

TEST_CASE("rotation end: the new pair replaces the spent one, in one go") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const std::string chain = table.column("ou_a", "chain_ends_at");
    CHECK(table.end(refreshed(table.attempt("ou_a"), "two")) == Stored::stored);
    const TokenRow row = table.row("ou_a");
    CHECK(row.state == "valid");
    CHECK(row.version == 3);
    CHECK(row.access_sealed == "access two");
    CHECK(row.refresh_sealed == "refresh two");
    CHECK(row.refresh_hash == "hash two");
    CHECK(row.left > hours{24 * 29});
    CHECK(table.column("ou_a", "scopes") == "{a:b,\"scope of two\"}");
    CHECK(table.column("ou_a", "chain_ends_at") == chain);
    CHECK(table.journal("ou_a") == "refreshed");
}

TEST_CASE("rotation end: a pair without successor is stored as such") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    Ended ended = refreshed(table.attempt("ou_a"), "two");
    ended.pair->refresh.reset();
    ended.pair->refresh_hash.clear();
    CHECK(table.end(ended) == Stored::stored);
    CHECK(table.row("ou_a").refresh_sealed.empty());
    CHECK(table.row("ou_a").left < hours{3});
}

TEST_CASE("rotation end: a failure that consumed nothing is tried again") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    CHECK(table.end(ended(table.attempt("ou_a"), Kind::failed)) ==
          Stored::stored);
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.row("ou_a").refresh_sealed == "refresh one");
    const std::string since = table.column("ou_a", "failing_since");
    CHECK_FALSE(since.empty());
    table.end(ended(table.attempt("ou_a"), Kind::failed));
    CHECK(table.column("ou_a", "failing_since") == since);
    CHECK(table.journal("ou_a") == "failed 20026, failed 20026");
    table.end(refreshed(table.attempt("ou_a"), "two"));
    CHECK(table.column("ou_a", "failing_since").empty());
}

TEST_CASE("rotation end: code and log id of a failure are kept") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.end(ended(table.attempt("ou_a"), Kind::failed));
    CHECK(ask(table.connection,
              "SELECT code || ' ' || log_id || ' ' || (ended_at >= begun_at)"
              " FROM lark_batch.token_refresh_journal") == "20026 log-1 true");
}

TEST_CASE("rotation end: a refusal of the app leaves the token as it was") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.end(ended(table.attempt("ou_a"), Kind::blocked, "blocked"));
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.row("ou_a").reason == "blocked");
    CHECK(table.journal("ou_a") == "refused 20026");
    CHECK(table.begin("ou_a").result == Begun::started);
}

TEST_CASE("rotation end: a refusal of the token needs a login, and says why") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    table.end(ended(table.attempt("ou_a"), Kind::refused, "expired"));
    CHECK(table.row("ou_a").state == "needs_login");
    CHECK(table.row("ou_a").reason == "expired");
    CHECK(table.journal("ou_a") == "refused 20026");
}

TEST_CASE("rotation end: an answer that nobody saw leaves all open") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    CHECK(table.end(ended(table.attempt("ou_a"), Kind::unknown)) ==
          Stored::stored);
    CHECK(table.row("ou_a").state == "refreshing");
    CHECK(table.journal("ou_a") == "open");
}

TEST_CASE("rotation end: what comes after the unknown closes both") {
    TokenTable table;
    const Attempt attempt = after_unknown(table);
    SUBCASE("it worked: the first had not arrived") {
        table.end(refreshed(attempt, "two"));
        CHECK(table.journal("ou_a") == "unspent, refreshed");
        CHECK(table.row("ou_a").state == "valid");
    }
    SUBCASE("spent: the first had taken it, its answer is lost") {
        table.end(ended(attempt, Kind::lost, "lost"));
        CHECK(table.journal("ou_a") == "lost, lost 20026");
        CHECK(table.row("ou_a").state == "needs_login");
        CHECK(table.row("ou_a").reason == "lost");
    }
    SUBCASE("refused for another reason: the first was no better") {
        table.end(ended(attempt, Kind::refused, "expired"));
        CHECK(table.journal("ou_a") == "superseded, refused 20026");
    }
}

TEST_CASE("rotation end: a failure after the unknown ends no doubt") {
    TokenTable table;
    const Attempt attempt = after_unknown(table);
    SUBCASE("failed") {
        table.end(ended(attempt, Kind::failed));
        CHECK(table.journal("ou_a") == "open, failed 20026");
    }
    SUBCASE("blocked") {
        table.end(ended(attempt, Kind::blocked));
        CHECK(table.journal("ou_a") == "open, refused 20026");
    }
    CHECK(table.row("ou_a").state == "refreshing");
    CHECK(table.attempt("ou_a").outcome_unknown);
}

TEST_CASE("rotation end: who comes too late does not overwrite the winner") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    table.save("ou_a", "winner", hours{24 * 60});
    Ended ended = refreshed(attempt, "loser");
    SUBCASE("with a pair") {}
    SUBCASE("with bad news") {
        ended = db::ended(attempt, Kind::refused, "expired");
    }
    CHECK(table.end(ended) == Stored::superseded);
    const TokenRow row = table.row("ou_a");
    CHECK(row.state == "valid");
    CHECK(row.refresh_sealed == "refresh winner");
    CHECK(table.journal("ou_a").starts_with("superseded"));
}

TEST_CASE("rotation end: a late pair wins while the spent one is stored") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    change_meanwhile(table, "state = 'needs_login', reason = 'lost'");
    CHECK(table.end(refreshed(attempt, "two")) == Stored::stored);
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.row("ou_a").reason.empty());
    CHECK(table.row("ou_a").refresh_sealed == "refresh two");
    CHECK(table.journal("ou_a") == "refreshed");
}

TEST_CASE("rotation end: late bad news says nothing of a row that moved on") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    change_meanwhile(table, "state = 'valid'");
    CHECK(table.end(ended(attempt, Kind::lost, "lost")) == Stored::superseded);
    CHECK(table.row("ou_a").state == "valid");
    CHECK(table.journal("ou_a") == "superseded 20026");
}

TEST_CASE("rotation end: a token that was revoked meanwhile stays revoked") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    table.revoke("ou_a");
    CHECK(table.end(refreshed(attempt, "two")) == Stored::superseded);
    CHECK(table.row("ou_a").state == "revoked");
    CHECK(table.row("ou_a").access_sealed.empty());
    CHECK(table.journal("ou_a") == "superseded");
}

TEST_CASE("rotation end: a token that was deleted meanwhile is no fault") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Attempt attempt = table.attempt("ou_a");
    table.database.sql("DELETE FROM lark_batch.tokens");
    CHECK(table.end(refreshed(attempt, "two")) == Stored::superseded);
    CHECK(table.journal("ou_a") == "superseded");
}

TEST_CASE("rotation end: said twice, it counts once") {
    TokenTable table;
    table.save("ou_a", "one", hours{5});
    const Ended first = refreshed(table.attempt("ou_a"), "two");
    CHECK(table.end(first) == Stored::stored);
    CHECK(table.end(first) == Stored::stored);
    CHECK(table.row("ou_a").version == 3);
    CHECK(table.end(refreshed(table.attempt("ou_a"), "three")) ==
          Stored::stored);
    CHECK(table.end(first) == Stored::stored);
    CHECK(table.row("ou_a").refresh_sealed == "refresh three");
    CHECK(table.journal("ou_a") == "refreshed, refreshed");
}

TEST_CASE("rotation end: many ends at once are each judged by themselves") {
    TokenTable table;
    std::vector<Ended> all;
    for (const char* subject : {"ou_a", "ou_b", "ou_c"}) {
        table.save(subject, "one", hours{5});
        all.push_back(refreshed(table.attempt(subject), "two"));
    }
    all[1] = ended(all[1].attempt, Kind::failed);
    table.revoke("ou_c");
    CHECK(end_rotation(table.connection, all) ==
          std::vector{Stored::stored, Stored::stored, Stored::superseded});
    CHECK(table.row("ou_a").refresh_sealed == "refresh two");
    CHECK(table.row("ou_b").refresh_sealed == "refresh one");
    CHECK(table.row("ou_c").state == "revoked");
}

TEST_CASE("rotation end: no transaction, no change of anything") {
    TokenTable table;
    std::vector<Ended> all;
    for (const char* subject : {"ou_a", "ou_b"}) {
        table.save(subject, "one", hours{5});
        all.push_back(refreshed(table.attempt(subject), "two"));
    }
    all[1].attempt.attempt_id = "no uuid at all";
    CHECK(fault_of([&] { end_rotation(table.connection, all); }).kind() !=
          errors::Kind::bug);
    CHECK(table.row("ou_a").state == "refreshing");
    CHECK(table.journal("ou_a") == "open");
}

}  // namespace lark_batch::db
