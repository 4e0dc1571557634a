#include "lib/tokens/seal.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/tokens/keys.hpp"

namespace lark_batch::tokens {

namespace {

const Key& key_one() {
    static const Key key{"k1", key_text('1')};
    return key;
}

Place place_of(const std::string& subject, const std::string& part) {
    return {"hr", "user_access_token", subject, part};
}

bool opens(const Key& key, const Place& place, const std::string& sealed) {
    try {
        open(key, place, sealed);
    } catch (const errors::Error&) {
        return false;
    }
    return true;
}

}  // namespace

TEST_CASE("seal: what was sealed opens, whatever its bytes and length") {
    const Place place = place_of("ou_a", "access");
    for (const std::string& plain :
         {std::string{}, std::string{"u-x"}, std::string{"\0\xff\n'", 4},
          std::string(4'096, 'e')}) {
        const text::Secret secret{plain};
        CHECK(open(key_one(), place, seal(key_one(), place, secret)).reveal() ==
              plain);
    }
}

TEST_CASE("seal: the plain text shows nowhere, nor that two are the same") {
    const Place place = place_of("ou_a", "access");
    const text::Secret plain{"u-a-token-of-some-length"};
    const std::string one = seal(key_one(), place, plain);
    const std::string two = seal(key_one(), place, plain);
    CHECK(one.find("token") == std::string::npos);
    CHECK(one != two);
    // Form, nonce, ciphertext and tag.
    CHECK(one.size() == 1 + 24 + plain.reveal().size() + 16);
    CHECK(one.front() == 1);
}

TEST_CASE("seal: it opens at its own place only") {
    const Place place = place_of("ou_a", "refresh");
    const std::string sealed = seal(key_one(), place, text::Secret{"r"});
    REQUIRE(opens(key_one(), place, sealed));
    Place moved = place;
    SUBCASE("not for another app") {
        moved.app = "it";
    }
    SUBCASE("not as another type") {
        moved.token_type = "tenant_access_token";
    }
    SUBCASE("not for another person") {
        moved.subject = "ou_b";
    }
    SUBCASE("not as the other token of the pair") {
        moved.part = "access";
    }
    SUBCASE("not where the parts only read the same together") {
        moved.app = "hru";
        moved.token_type = "ser_access_token";
    }
    CHECK_FALSE(opens(key_one(), moved, sealed));
}

TEST_CASE("seal: it opens with its own key under its own id only") {
    const Place place = place_of("ou_a", "access");
    const std::string sealed = seal(key_one(), place, text::Secret{"a"});
    CHECK_FALSE(opens(Key{"k1", key_text('2')}, place, sealed));
    CHECK_FALSE(opens(Key{"k2", key_text('1')}, place, sealed));
}

TEST_CASE("seal: one changed bit anywhere is found") {
    const Place place = place_of("ou_a", "access");
    const std::string sealed = seal(key_one(), place, text::Secret{"u-abc"});
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        CAPTURE(i);
        std::string altered = sealed;
        altered[i] = static_cast<char>(altered[i] ^ 0x10);
        CHECK_FALSE(opens(key_one(), place, altered));
    }
}

TEST_CASE("seal: what is cut off or empty does not open") {
    const Place place = place_of("ou_a", "access");
    const std::string sealed = seal(key_one(), place, text::Secret{"u-abc"});
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(opens(key_one(), place, sealed.substr(0, size)));
    }
    CHECK_FALSE(opens(key_one(), place, sealed + "x"));
}

TEST_CASE("seal: the message names app and key, but no person") {
    const auto error =
        fault_of([] { open(key_one(), place_of("ou_person", "access"), "x"); });
    CHECK(error.kind() == errors::Kind::config);
    CHECK(std::string{error.what()} ==
          "a stored access token of app 'hr' does not open with key 'k1'");
    CHECK(error.hint().find("ou_person") == std::string::npos);
    CHECK_FALSE(error.hint().empty());
}

TEST_CASE("seal: a proof tells keys apart that go by the same id") {
    const std::string proof = key_proof(key_one());
    CHECK(proves(key_one(), proof));
    CHECK_FALSE(proves(Key{"k1", key_text('2')}, proof));
    CHECK_FALSE(proves(Key{"k2", key_text('1')}, proof));
    CHECK_FALSE(proves(key_one(), ""));
    CHECK_FALSE(proves(key_one(), proof + "x"));
}

TEST_CASE("seal: no token passes for a proof, nor the other way round") {
    const Place place = place_of("ou_a", "access");
    CHECK_FALSE(
        proves(key_one(), seal(key_one(), place, text::Secret{"lark-batch"})));
    CHECK_FALSE(opens(key_one(), place, key_proof(key_one())));
}

}  // namespace lark_batch::tokens
