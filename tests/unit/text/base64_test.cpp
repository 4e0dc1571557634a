#include "lib/text/base64.hpp"

#include <doctest/doctest.h>

namespace lark_batch::text {

TEST_CASE("base64: the vectors of RFC 4648, section 10") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("fooba") == "Zm9vYmE=");
    CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("base64: bytes of every value, the last two digits included") {
    CHECK(base64(std::string_view{"\0\0\0", 3}) == "AAAA");
    CHECK(base64("\xff\xff\xff") == "////");
    CHECK(base64("\xfb\xef\xbe") == "++++");
    CHECK(base64("用户:p\xc3\xa4ss") == "55So5oi3OnDDpHNz");
    // No line is broken, however long.
    CHECK(base64(std::string(300, 'x')).find('\n') == std::string::npos);
}

TEST_CASE("base64: for URLs there is no character that they would encode") {
    CHECK(base64_url("\xfb\xef\xbe\xff") == "----_w");
    CHECK(base64_url("f") == "Zg");
}

TEST_CASE("base64: what was encoded is decoded, whatever the bytes") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("Zm9vYg==") == "foob");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    CHECK(decode_base64(base64(all)) == all);
}

TEST_CASE("base64: anything but the one form of bytes is refused") {
    for (const char* bad : {"Zg", "Zg=", "Zg==x", "Z", "Zh==", "Zm9v\n",
                            "-_8=", " Zm9v", "===="}) {
        INFO(bad);
        CHECK_FALSE(decode_base64(bad));
    }
}

}  // namespace lark_batch::text
