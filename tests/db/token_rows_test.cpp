#include "lib/db/token_rows.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/db/token_table.hpp"

namespace lark_batch::db {

TEST_CASE("token rows: bytes come back as they went, absent ones are empty") {
    const Database database;
    Connection connection = database.connect();
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    pqxx::nontransaction direct{connection.session()};
    const auto row = direct.exec_params1(
        "SELECT $1::bytea, length($1::bytea), NULL::bytea, $2::bytea",
        bytea(all), bytea(""));
    CHECK(bytes_of(row[0]) == all);
    CHECK(row[1].as<int>() == 256);
    CHECK(bytes_of(row[2]).empty());
    CHECK_FALSE(row[3].is_null());
    CHECK(bytes_of(row[3]).empty());
}

TEST_CASE("token rows: what is left is negative when it is past") {
    TokenTable table;
    NewToken token{person("ou_a"), pair_of("x", std::chrono::hours{-1},
                                           std::chrono::hours{-3})};
    token.chain_left = std::chrono::hours{9};
    table.save(token);
    const TokenRow row = table.row("ou_a");
    CHECK(row.access_left < -std::chrono::minutes{59});
    CHECK(row.left < -std::chrono::minutes{179});
    CHECK(row.left > -std::chrono::minutes{182});
}

}  // namespace lark_batch::db
