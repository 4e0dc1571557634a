// Which keys a program must have before it does anything; what else there is
// of pairs needs no database: tests/unit/tokens/pair_test.cpp.
#include "lib/tokens/pair.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/db/token_table.hpp"
#include "tests/unit/tokens/keys.hpp"

namespace lark_batch::tokens {

namespace {

using db::TokenTable;
using errors::Kind;

void seal_with(TokenTable& table, const std::string& key_id) {
    db::NewToken token{
        db::person("ou_of_" + key_id),
        db::pair_of("x", std::chrono::hours{2}, std::chrono::hours{24})};
    token.pair.key_id = key_id;
    table.save(token);
}

std::string proofs_of(const TokenTable& table) {
    return table.database.sql(
        "SELECT key_id FROM lark_batch.token_keys ORDER BY 1");
}

}  // namespace

TEST_CASE("keys: the first program with a key leaves a proof of it") {
    TokenTable table;
    const Keyring keys{three_keys()};
    CHECK_NOTHROW(require_keys(table.connection, keys));
    CHECK(proofs_of(table) == "k2");
    const std::string proof = db::key_proofs(table.connection).at(0).proof;
    CHECK(proves(keys.active(), proof));
    CHECK_NOTHROW(require_keys(table.connection, keys));
    CHECK(db::key_proofs(table.connection).at(0).proof == proof);
}

TEST_CASE("keys: a stored token whose key we lack stops it, by the id") {
    TokenTable table;
    seal_with(table, "k1");
    const Keyring keys{three_keys()};
    CHECK_NOTHROW(require_keys(table.connection, keys));
    seal_with(table, "2019-01");
    const auto error =
        db::fault_of([&] { require_keys(table.connection, keys); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()}.find("key '2019-01'") != std::string::npos);
}

TEST_CASE("keys: another key under a known id stops it, by the id") {
    TokenTable table;
    require_keys(table.connection, Keyring{three_keys()});
    config::TokenSettings settings = three_keys();
    settings.keys[1].secret = key_text('x');
    const auto error = db::fault_of(
        [&] { require_keys(table.connection, Keyring{settings}); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "token key 'k2' is not the one that stored tokens were sealed with");
    settings.key = "k3";
    CHECK(db::fault_of([&] {
              require_keys(table.connection, Keyring{settings});
          }).kind() == Kind::config);
    CHECK(proofs_of(table) == "k2");
}

TEST_CASE("keys: one that is out of use may be gone") {
    TokenTable table;
    require_keys(table.connection, Keyring{three_keys()});
    config::TokenSettings settings;
    settings.keys.push_back({"k9", key_text('9')});
    settings.key = "k9";
    CHECK_NOTHROW(require_keys(table.connection, Keyring{settings}));
    CHECK(proofs_of(table) == "k2\nk9");
}

}  // namespace lark_batch::tokens
