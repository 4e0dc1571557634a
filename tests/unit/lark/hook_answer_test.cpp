#include "lib/lark/hook_answer.hpp"

#include <doctest/doctest.h>

using namespace lark_batch;
using lark::read_hook_answer;

TEST_CASE("hook_answer: the code counts, the older status stands in for it") {
    const auto both = read_hook_answer(
        R"({"StatusCode":0,"code":19021,"msg":"sign match fail"})");
    CHECK(both.valid);
    CHECK(both.code == 19021);
    CHECK(both.msg == "sign match fail");
    const auto old =
        read_hook_answer(R"({"StatusCode":9,"StatusMessage":"no"})");
    CHECK(old.valid);
    CHECK(old.code == 9);
    CHECK(old.msg.empty());
}

TEST_CASE("hook_answer: what is none of Lark's is not valid") {
    for (const char* body :
         {"", "<html>", "[]", "3", "{}", R"({"code":"0"})", R"({"ok":true})"}) {
        CAPTURE(body);
        CHECK_FALSE(read_hook_answer(body).valid);
    }
}
