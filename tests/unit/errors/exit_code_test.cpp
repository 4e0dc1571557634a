#include "lib/errors/exit_code.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "lib/errors/error.hpp"

namespace lark_batch::errors {

namespace {

std::vector<int> listed() {
    std::vector<int> codes;
    for (const ExitCodeRow& row : exit_codes()) {
        codes.push_back(to_int(row.code));
    }
    return codes;
}

}  // namespace

TEST_CASE("exit codes: the table is what the design promises, ascending") {
    CHECK(listed() ==
          std::vector{0, 1, 3, 4, 64, 69, 70, 75, 77, 78, 130, 143});
}

TEST_CASE("exit codes: names are unique words, meanings are said") {
    std::set<std::string_view> names;
    for (const ExitCodeRow& row : exit_codes()) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        CHECK(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz") ==
              std::string_view::npos);
        CHECK_FALSE(row.meaning.empty());
        CHECK_FALSE(row.meaning.ends_with('.'));
    }
}

TEST_CASE("exit codes: the code of every kind stands in the table") {
    const auto codes = listed();
    for (int kind = 0; kind <= static_cast<int>(Kind::bug); ++kind) {
        const int code = to_int(exit_code_of(static_cast<Kind>(kind)));
        CAPTURE(kind);
        CHECK(code != 0);
        CHECK(std::ranges::find(codes, code) != codes.end());
    }
}

}  // namespace lark_batch::errors
