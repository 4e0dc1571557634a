#include "lib/errors/error.hpp"

#include <doctest/doctest.h>

#include <string>

namespace lark_batch::errors {

TEST_CASE("error: context goes before the message, kind and hint stay") {
    const Error plain{Kind::denied, "token 'x' was refused", "ask the admin"};
    const Error wrapped = plain.within("while reading 'hr'");
    CHECK(std::string{wrapped.what()} ==
          "while reading 'hr': token 'x' was refused");
    CHECK(wrapped.kind() == Kind::denied);
    CHECK(wrapped.hint() == "ask the admin");
    CHECK(Error{Kind::failed, "no"}.hint().empty());
}

TEST_CASE("error: every kind ends the program with the code it promises") {
    CHECK(to_int(exit_code_of(Kind::failed)) == 1);
    CHECK(to_int(exit_code_of(Kind::usage)) == 64);
    CHECK(to_int(exit_code_of(Kind::config)) == 78);
    CHECK(to_int(exit_code_of(Kind::unavailable)) == 69);
    CHECK(to_int(exit_code_of(Kind::denied)) == 77);
    CHECK(to_int(exit_code_of(Kind::skipped)) == 75);
    CHECK(to_int(exit_code_of(Kind::stopped)) == 143);
    CHECK(to_int(exit_code_of(Kind::timeout)) == 1);
    CHECK(to_int(exit_code_of(Kind::bug)) == 70);
}

TEST_CASE("error: a kind that nobody knows is our bug, never success") {
    CHECK(exit_code_of(static_cast<Kind>(99)) == ExitCode::bug);
}

}  // namespace lark_batch::errors
