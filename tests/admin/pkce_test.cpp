#include "tools/lark-admin/pkce.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace lark_batch;

TEST_CASE("pkce: the challenge is that of RFC 7636, appendix B") {
    CHECK(admin::challenge_of(
              text::Secret{"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}) ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("pkce: verifiers are long enough, of the alphabet, never the same") {
    const admin::Pkce one = admin::new_pkce();
    const admin::Pkce two = admin::new_pkce();
    const std::string& verifier = one.verifier.reveal();
    CHECK(verifier.size() == 43);
    CHECK(verifier.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
              "0123456789-._~") == std::string::npos);
    CHECK(verifier != two.verifier.reveal());
    CHECK(one.challenge == admin::challenge_of(one.verifier));
    CHECK(admin::new_state() != admin::new_state());
    CHECK(admin::new_state().size() == 43);
}
