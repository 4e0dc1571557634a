#include "lib/tokens/pair.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/text/digest.hpp"
#include "tests/unit/tokens/keys.hpp"

namespace lark_batch::tokens {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

const db::TokenIdentity k_identity{"hr", "user_access_token", "ou_a"};

lark::Grant some_grant() {
    lark::Grant grant;
    grant.access_token = text::Secret{"u-access"};
    grant.access_life = hours{2};
    grant.refresh_token = text::Secret{"ur-refresh"};
    grant.refresh_life = hours{168};
    grant.scopes = {"a:b", "offline_access"};
    return grant;
}

// The row that a pair would be read from.
db::TokenRow row_of(const db::SealedPair& pair) {
    db::TokenRow row;
    row.identity = k_identity;
    row.key_id = pair.key_id;
    row.access_sealed = pair.access;
    row.refresh_sealed = pair.refresh.value_or("");
    row.refresh_hash = pair.refresh_hash;
    return row;
}

db::SealedPair sealed_with(const std::string& key_id) {
    config::TokenSettings settings = three_keys();
    settings.key = key_id;
    return seal_grant(Keyring{settings}, k_identity, some_grant(), seconds{0});
}

}  // namespace

TEST_CASE("pair: a grant is sealed with the active key and opens again") {
    const Keyring keys{three_keys()};
    const auto pair = seal_grant(keys, k_identity, some_grant(), seconds{0});
    CHECK(pair.key_id == "k2");
    CHECK(pair.scopes == some_grant().scopes);
    CHECK(pair.access_life == hours{2});
    CHECK(pair.refresh_life == hours{168});
    CHECK(pair.refresh_hash == text::sha256("ur-refresh"));
    CHECK(open_access(keys, row_of(pair)).reveal() == "u-access");
    CHECK(open_refresh(keys, row_of(pair)).reveal() == "ur-refresh");
}

TEST_CASE("pair: the time since we asked is taken off, to nothing at most") {
    const Keyring keys{three_keys()};
    const auto pair = seal_grant(keys, k_identity, some_grant(), hours{3});
    CHECK(pair.access_life == seconds{0});
    CHECK(pair.refresh_life == hours{165});
}

TEST_CASE("pair: without a refresh token there is none, and no hash") {
    lark::Grant grant = some_grant();
    grant.refresh_token = text::Secret{};
    const Keyring keys{three_keys()};
    const auto pair = seal_grant(keys, k_identity, grant, seconds{0});
    CHECK_FALSE(pair.refresh);
    CHECK(pair.refresh_hash.empty());
    CHECK(pair.refresh_life == seconds{0});
}

TEST_CASE("pair: swapped ciphertexts do not open") {
    const Keyring keys{three_keys()};
    db::TokenRow row = row_of(sealed_with("k2"));
    SUBCASE("between the columns") {
        std::swap(row.access_sealed, row.refresh_sealed);
    }
    SUBCASE("between persons") {
        row.identity.subject = "ou_b";
    }
    SUBCASE("between apps") {
        row.identity.app = "it";
    }
    SUBCASE("between keys") {
        row.key_id = "k3";
    }
    for (const auto open : {open_access, open_refresh}) {
        const auto error = fault_of([&] { open(keys, row); });
        CHECK(error.kind() == errors::Kind::config);
        CHECK(std::string{error.what()}.find("does not open with key") !=
              std::string::npos);
    }
}

TEST_CASE("pair: a row that is sealed with a key we lack names it") {
    db::TokenRow row = row_of(sealed_with("k2"));
    row.key_id = "2019-01";
    const Keyring keys{three_keys()};
    const auto error = fault_of([&] { open_access(keys, row); });
    CHECK(error.kind() == errors::Kind::config);
    CHECK(std::string{error.what()}.find("'2019-01'") != std::string::npos);
}

TEST_CASE("pair: wrapped anew it is the same pair under the active key") {
    const Keyring keys{three_keys()};
    const auto anew = rewrapped(keys, row_of(sealed_with("k1")));
    CHECK(anew.key_id == "k2");
    CHECK(open_access(keys, row_of(anew)).reveal() == "u-access");
    CHECK(open_refresh(keys, row_of(anew)).reveal() == "ur-refresh");
}

TEST_CASE("pair: what is not there is not wrapped") {
    const Keyring keys{three_keys()};
    db::TokenRow row = row_of(sealed_with("k1"));
    row.refresh_sealed.clear();
    CHECK_FALSE(rewrapped(keys, row).refresh);
    CHECK_FALSE(rewrapped(keys, row).access.empty());
    row.access_sealed.clear();  // revoked
    CHECK(rewrapped(keys, row).access.empty());
    CHECK(rewrapped(keys, row).key_id == "k2");
}

}  // namespace lark_batch::tokens
