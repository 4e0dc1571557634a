#include "lib/text/digest.hpp"

#include <doctest/doctest.h>

#include "lib/text/base64.hpp"

namespace lark_batch::text {

TEST_CASE("digest: SHA-256 as FIPS 180-4 has it") {
    CHECK(hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("digest: HMAC-SHA256 as RFC 4231 has it") {
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // Case 6: a key longer than a block.
    CHECK(hex(hmac_sha256(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - "
                          "Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("digest: a custom bot's signature, whose message is empty") {
    CHECK(base64(hmac_sha256("100\ndemo", "")) ==
          "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=");
    CHECK(base64(hmac_sha256("1700000000\nSEC-测试", "")) ==
          "JnjuyzVx8HKshix7WmttCZUu59PcAdm7y5rNU/ey1lk=");
}

TEST_CASE("digest: random bytes are as many as asked for, and never the same") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(32).size() == 32);
    CHECK(random_bytes(32) != random_bytes(32));
}

}  // namespace lark_batch::text
