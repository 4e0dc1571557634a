#include "lib/notify/personal.hpp"

#include <doctest/doctest.h>

using namespace lark_batch::notify;

TEST_CASE("personal: mail addresses are cut short") {
    CHECK(without_personal_data("from zhang.san+x@mail.example.com, soon") ==
          "from z***, soon");
    CHECK(without_personal_data("a@b.cn c@d.cn") == "a*** c***");
}

TEST_CASE("personal: mobile numbers are cut short, however written") {
    CHECK(without_personal_data("call 13912345678 now") == "call 139*** now");
    CHECK(without_personal_data("139-1234-5678") == "139***");
    CHECK(without_personal_data("+86 139 1234 5678.") == "+86***.");
    CHECK(without_personal_data("8613912345678") == "861***");
    CHECK(without_personal_data("+4915112345678") == "+49***");
    CHECK(without_personal_data("until 2026-11-22 13912345678") ==
          "until 2026-11-22 139***");
}

TEST_CASE("personal: ids, dates, codes and times stay") {
    for (const auto* text :
         {"2026-11-22 09:00:00 +0800", "code 99991663", "ou_13912345678",
          "1767225600000", "3 d 4 h", "a @ b", "@all", "x@localhost", "+1",
          "log id 20260101120000ABC", "version 1.2.3-4", ""}) {
        CHECK(without_personal_data(text) == text);
    }
}
