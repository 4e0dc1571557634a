#include "lib/db/tokens.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "lib/db/transaction.hpp"
#include "tests/db/token_table.hpp"

namespace lark_batch::db {

namespace {

using errors::Kind;
using std::chrono::hours;

using Strings = std::vector<std::string>;

bool about(clock::Duration left, hours expected) {
    return left <= expected && left > expected - std::chrono::minutes{2};
}

std::vector<TokenId> ids_of(const std::vector<TokenRow>& rows) {
    std::vector<TokenId> ids;
    for (const TokenRow& row : rows) {
        ids.push_back(row.id);
    }
    return ids;
}

void seal_with(TokenTable& table, const std::string& subject,
               const std::string& key_id) {
    NewToken token{person(subject), pair_of("x", hours{2}, hours{24})};
    token.pair.key_id = key_id;
    token.chain_left = hours{48};
    table.save(token);
}

}  // namespace

TEST_CASE("tokens: a new pair is stored as it was given") {
    TokenTable table;
    const std::string bytes{"\0\\'\xff\n", 5};
    NewToken token{person("ou_a"), pair_of(bytes, hours{2}, hours{168})};
    token.pair.scopes = {"a:b", "it's \"so\", {too}"};
    token.chain_left = hours{24 * 365};
    CHECK(table.save(token) == Saved::added);
    const TokenRow row = table.row("ou_a");
    CHECK(row.identity.app == "hr");
    CHECK(row.identity.token_type == "user_access_token");
    CHECK(row.identity.subject == "ou_a");
    CHECK(row.state == "valid");
    CHECK(row.reason.empty());
    CHECK(row.version == 1);
    CHECK(row.key_id == "k1");
    CHECK(row.access_sealed == "access " + bytes);
    CHECK(row.refresh_sealed == "refresh " + bytes);
    CHECK(row.refresh_hash == "hash " + bytes);
    CHECK(about(row.access_left, hours{2}));
    CHECK(about(row.left, hours{168}));
    CHECK(table.column("ou_a", "scopes[2]") == "it's \"so\", {too}");
}

TEST_CASE("tokens: a pair that ends later replaces, under a new version") {
    TokenTable table;
    CHECK(table.save("ou_a", "one", hours{24}) == Saved::added);
    CHECK(table.save("ou_a", "two", hours{48}) == Saved::replaced);
    const TokenRow row = table.row("ou_a");
    CHECK(row.version == 2);
    CHECK(row.refresh_sealed == "refresh two");
    CHECK(about(row.left, hours{48}));
    CHECK(table.column("ou_a", "scopes") == "{a:b,\"scope of two\"}");
}

TEST_CASE("tokens: an older pair is kept out, unless it is forced") {
    TokenTable table;
    table.save("ou_a", "new", hours{48});
    CHECK(table.save("ou_a", "old", hours{24}) == Saved::kept);
    CHECK(table.row("ou_a").version == 1);
    CHECK(table.row("ou_a").access_sealed == "access new");
    CHECK(table.save("ou_a", "old", hours{24}, true) == Saved::replaced);
    CHECK(table.row("ou_a").access_sealed == "access old");
}

TEST_CASE("tokens: an older pair is better than one that needs a login") {
    TokenTable table;
    table.save("ou_a", "dead", hours{48});
    SUBCASE("because of the server") {
        table.end(
            ended(table.attempt("ou_a"), Ended::Kind::refused, "expired"));
        REQUIRE(table.row("ou_a").state == "needs_login");
    }
    SUBCASE("because it was revoked") {
        table.revoke("ou_a");
    }
    CHECK(table.save("ou_a", "alive", hours{24}) == Saved::replaced);
    const TokenRow row = table.row("ou_a");
    CHECK(row.state == "valid");
    CHECK(row.reason.empty());
    CHECK(row.access_sealed == "access alive");
    CHECK(table.column("ou_a", "failing_since").empty());
}

TEST_CASE("tokens: a pair that is being refreshed is not overwritten lightly") {
    TokenTable table;
    table.save("ou_a", "new", hours{48});
    const Attempt attempt = table.attempt("ou_a");
    CHECK(table.save("ou_a", "old", hours{24}) == Saved::kept);
    CHECK(table.row("ou_a").state == "refreshing");
    CHECK(table.save("ou_a", "newer", hours{72}) == Saved::replaced);
    CHECK(table.row("ou_a").state == "valid");
}

TEST_CASE("tokens: the moment that matters is the first of all ends") {
    TokenTable table;
    NewToken token{person("ou_a"), pair_of("x", hours{2}, hours{168})};
    SUBCASE("the refresh token's") {
        token.chain_left = hours{1'000};
        table.save(token);
        CHECK(about(table.row("ou_a").left, hours{168}));
    }
    SUBCASE("the year's after consent") {
        token.chain_left = hours{24};
        table.save(token);
        CHECK(about(table.row("ou_a").left, hours{24}));
    }
    SUBCASE("the access token's, where it is all there is") {
        token.pair.refresh.reset();
        token.pair.refresh_hash.clear();
        token.chain_left = hours{1};
        table.save(token);
        const TokenRow row = table.row("ou_a");
        CHECK(about(row.left, hours{2}));
        CHECK(row.refresh_sealed.empty());
        CHECK(table.column("ou_a", "chain_ends_at").empty());
        CHECK(table.column("ou_a", "refresh_hash").empty());
    }
}

TEST_CASE("tokens: each app, type and person has its own") {
    TokenTable table;
    table.save("ou_a", "one", hours{24});
    NewToken other{{"it", "user_access_token", "ou_a"},
                   pair_of("two", hours{2}, hours{24})};
    CHECK(table.save(other) == Saved::added);
    other.identity = {"hr", "tenant_access_token", ""};
    CHECK(table.save(other) == Saved::added);
    CHECK(table.row("ou_a").access_sealed == "access one");
    CHECK_FALSE(find_token(table.connection, person("ou_b")));
    CHECK_FALSE(find_token(table.connection, {"hr", "app_access_token", ""}));
    CHECK(find_token(table.connection, other.identity));
}

TEST_CASE("tokens: a person's token without a person is refused") {
    TokenTable table;
    const auto error = fault_of([&] { table.save("", "x", hours{24}); });
    CHECK(error.kind() == Kind::failed);
}

TEST_CASE("tokens: revoking destroys the pair, once") {
    TokenTable table;
    table.save("ou_a", "one", hours{24});
    CHECK(table.revoke("ou_a"));
    const TokenRow row = table.row("ou_a");
    CHECK(row.state == "revoked");
    CHECK(row.version == 2);
    CHECK(row.access_sealed.empty());
    CHECK(row.refresh_sealed.empty());
    CHECK(row.refresh_hash.empty());
    CHECK_FALSE(table.revoke("ou_a"));
    CHECK_FALSE(table.revoke("ou_b"));
}

TEST_CASE("token keys: each that seals something is told once") {
    TokenTable table;
    CHECK(keys_in_use(table.connection).empty());
    seal_with(table, "ou_a", "2026-11");
    seal_with(table, "ou_b", "2025-01");
    seal_with(table, "ou_c", "2026-11");
    CHECK(keys_in_use(table.connection) == Strings{"2025-01", "2026-11"});
    CHECK(count_other_keys(table.connection, "2026-11") == 1);
    CHECK(count_other_keys(table.connection, "none") == 3);
}

TEST_CASE("token keys: the first proof of a key stays") {
    TokenTable table;
    transact(table.connection, [](pqxx::transaction_base& transaction) {
        save_proof(transaction, {"k2", std::string{"\0two", 4}});
        save_proof(transaction, {"k1", "one"});
        save_proof(transaction, {"k2", "another"});
    });
    const auto proofs = key_proofs(table.connection);
    REQUIRE(proofs.size() == 2);
    CHECK(proofs[0].key_id == "k1");
    CHECK(proofs[0].proof == "one");
    CHECK(proofs[1].key_id == "k2");
    CHECK(proofs[1].proof == std::string{"\0two", 4});
}

TEST_CASE("token keys: what is left to wrap comes in batches by id") {
    TokenTable table;
    for (const char* subject : {"ou_a", "ou_b", "ou_c", "ou_d"}) {
        seal_with(table, subject, subject == std::string{"ou_b"} ? "k9" : "k1");
    }
    transact(table.connection, [&](pqxx::transaction_base& transaction) {
        const auto first = lock_other_keys(transaction, "k9", 0, 2);
        REQUIRE(first.size() == 2);
        CHECK(first[0].identity.subject == "ou_a");
        CHECK(first[1].identity.subject == "ou_c");
        CHECK(first[0].access_sealed == "access x");
        const auto rest = lock_other_keys(transaction, "k9", first[1].id, 2);
        REQUIRE(rest.size() == 1);
        CHECK(rest[0].identity.subject == "ou_d");
    });
}

TEST_CASE("token keys: rows that another session holds are passed over") {
    TokenTable table;
    for (const char* subject : {"ou_a", "ou_b", "ou_c"}) {
        seal_with(table, subject, "k1");
    }
    const TokenId held = table.id("ou_b");
    const std::vector<TokenId> others{table.id("ou_a"), table.id("ou_c")};
    Connection rival = table.database.connect();
    pqxx::work work{rival.session()};
    work.exec_params1(
        "SELECT FROM lark_batch.tokens WHERE token_id = $1 FOR UPDATE", held);
    transact(table.connection, [&](pqxx::transaction_base& transaction) {
        CHECK(ids_of(lock_other_keys(transaction, "k9", 0, 10)) == others);
    });
}

TEST_CASE("token keys: another key is no new version") {
    TokenTable table;
    seal_with(table, "ou_a", "k1");
    const TokenRow before = table.row("ou_a");
    SealedPair pair = pair_of("anew", hours{0}, hours{0});
    pair.key_id = "k9";
    transact(table.connection, [&](pqxx::transaction_base& transaction) {
        rewrap_token(transaction, before.id, pair);
    });
    const TokenRow after = table.row("ou_a");
    CHECK(after.key_id == "k9");
    CHECK(after.access_sealed == "access anew");
    CHECK(after.refresh_sealed == "refresh anew");
    CHECK(after.version == before.version);
    CHECK(after.refresh_hash == before.refresh_hash);
    CHECK(about(after.left, hours{24}));
}

TEST_CASE("token keys: a revoked token is wrapped without anything in it") {
    TokenTable table;
    seal_with(table, "ou_a", "k1");
    table.revoke("ou_a");
    const TokenId id = table.id("ou_a");
    SealedPair pair;
    pair.key_id = "k9";
    transact(table.connection, [&](pqxx::transaction_base& transaction) {
        rewrap_token(transaction, id, pair);
    });
    CHECK(keys_in_use(table.connection) == Strings{"k9"});
    CHECK(table.row("ou_a").access_sealed.empty());
}

}  // namespace lark_batch::db
