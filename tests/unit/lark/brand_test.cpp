#include "lib/lark/brand.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

using lark_batch::errors::Error;
using lark_batch::errors::Kind;
using lark_batch::lark::brand_url;

TEST_CASE("brand: each brand has its own host, any other word is refused") {
    CHECK(brand_url("feishu") == "https://open.feishu.cn");
    CHECK(brand_url("lark") == "https://open.larksuite.com");
    try {
        brand_url("Lark");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.kind() == Kind::config);
        CHECK(std::string{error.what()} == "unknown brand 'Lark'");
    }
}
