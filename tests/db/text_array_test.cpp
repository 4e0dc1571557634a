#include "lib/db/text_array.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "lib/db/connection.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

using Words = std::vector<std::string>;

Words through_server(const Words& words) {
    const Database database;
    Connection connection = database.connect();
    pqxx::nontransaction direct{connection.session()};
    const auto row = direct.exec_params1(
        "SELECT $1::text[], cardinality($1::text[])", text_array(words));
    CHECK(row[1].as<std::size_t>() == words.size());
    return text_array_of(row[0]);
}

}  // namespace

TEST_CASE("text array: hostile strings come back as they went") {
    const Words hostile{"",
                        " ",
                        "plain",
                        "NULL",
                        "null",
                        "a,b",
                        "{}",
                        "}{",
                        "\"",
                        "\\",
                        "\\\"",
                        "a\\\\b\"\"c",
                        "it's; DROP TABLE t --",
                        "two\nlines\tand\ra tab",
                        "人事部 😀",
                        " blanks around ",
                        "$1",
                        std::string(10'000, '"')};
    CHECK(through_server(hostile) == hostile);
}

TEST_CASE("text array: none, one, and one that is empty are three things") {
    CHECK(through_server({}).empty());
    CHECK(through_server({""}) == Words{""});
    CHECK(through_server({"x"}) == Words{"x"});
}

TEST_CASE("text array: what the server quotes or not makes no difference") {
    const Database database;
    Connection connection = database.connect();
    pqxx::nontransaction direct{connection.session()};
    const auto row = direct.exec1("SELECT ARRAY['a', 'b c', 'NULL', '']");
    CHECK(text_array_of(row[0]) == Words{"a", "b c", "NULL", ""});
}

}  // namespace lark_batch::db
