#include "lib/db/copy.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

const std::vector<std::string> k_hostile{
    "",
    "plain",
    "tab\there",
    "two\nlines",
    "mac\rand\r\ndos",
    "back\\slash \\n \\t \\\\",
    "\\.",
    "\\N",
    "quote's \" and, commas {}",
    "人事部 😀 é",
    "\b\f\v\x01\x7f",
    " blanks around ",
    std::string(70'000, '\\'),
};

std::string count_of(const Database& database) {
    return database.sql("SELECT count(*) FROM t");
}

}  // namespace

TEST_CASE("copy: every text arrives as it was") {
    const Database database;
    database.sql("CREATE TABLE t (place int, a text, b text)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (place, a, b)"};
    int place = 0;
    for (const std::string& text : k_hostile) {
        rows.integer(place++).text(text).text(text).end_row();
    }
    rows.send(connection);
    pqxx::nontransaction direct{connection.session()};
    const auto found = direct.exec("SELECT a, b FROM public.t ORDER BY place");
    REQUIRE(found.size() == k_hostile.size());
    for (std::size_t i = 0; i < k_hostile.size(); ++i) {
        const auto row = found[static_cast<pqxx::result::size_type>(i)];
        CHECK_FALSE(row[0].is_null());
        CHECK(row[0].c_str() == k_hostile[i]);
        CHECK(row[1].c_str() == k_hostile[i]);
    }
}

TEST_CASE("copy: nothing, empty, numbers and flags stay apart") {
    const Database database;
    database.sql("CREATE TABLE t (a text, b text, n bigint, f bool, g bool)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t"};
    rows.null().text("").integer(-9'223'372'036'854'775'807LL);
    rows.boolean(true).boolean(false).end_row();
    rows.send(connection);
    CHECK(database.sql("SELECT a IS NULL, b = '', n, f, g FROM t") ==
          "t|t|-9223372036854775807|t|f");
}

TEST_CASE("copy: what is escaped already is not escaped again") {
    const Database database;
    database.sql("CREATE TABLE t (a text)");
    Connection connection = database.connect();
    std::string field = "{\"k\":";
    append_copy_text(field, "\"a\\tb\nc\"");
    CopyBuffer rows{"public.t (a)"};
    rows.escaped(field + "}").end_row();
    rows.send(connection);
    CHECK(ask(connection, "SELECT a FROM public.t") == "{\"k\":\"a\\tb\nc\"}");
}

TEST_CASE("copy: ten megabytes are one batch like any other") {
    const Database database;
    database.sql("CREATE TABLE t (a text)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (a)"};
    const std::string text(1'000, 'x');
    for (int i = 0; i < 10'500; ++i) {
        rows.text(text).end_row();
    }
    CHECK(rows.bytes() > 10'000'000);
    rows.send(connection);
    CHECK(rows.bytes() == 0);
    CHECK(database.sql("SELECT count(*), sum(length(a)) FROM t") ==
          "10500|10500000");
}

TEST_CASE("copy: a buffer serves batch after batch, an empty one is free") {
    const Database database;
    database.sql("CREATE TABLE t (a int)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (a)"};
    rows.send(connection);
    CHECK(count_of(database) == "0");
    for (int batch = 1; batch <= 3; ++batch) {
        rows.integer(batch).end_row();
        rows.send(connection);
        CHECK(count_of(database) == std::to_string(batch));
    }
}

TEST_CASE("copy: a wrong row names no content, and none of its batch stays") {
    const Database database;
    database.sql("CREATE TABLE t (a int)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (a)"};
    for (int i = 0; i < 50'000; ++i) {
        rows.integer(i).end_row();
        if (i == 25'000) {
            rows.text("Zhang San +8613800138000").end_row();
        }
    }
    const Error error = fault_of([&] { rows.send(connection); });
    CHECK(error.kind() == Kind::failed);
    CHECK(std::string{error.what()} ==
          "database: invalid input syntax for type integer: \"...\" "
          "(SQLSTATE 22P02)");
    CHECK(connection.alive());
    CHECK(ask(connection, "SELECT count(*) FROM public.t") == "0");
    CopyBuffer next{"public.t (a)"};
    next.integer(1).end_row();
    next.send(connection);
    CHECK(count_of(database) == "1");
}

TEST_CASE("copy: a key that is there twice is said without the key") {
    const Database database;
    database.sql("CREATE TABLE t (mobile text PRIMARY KEY)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (mobile)"};
    rows.text("13800138000").end_row();
    rows.text("13800138000").end_row();
    const Error error = fault_of([&] { rows.send(connection); });
    CHECK(std::string{error.what()} ==
          "database: duplicate key value violates unique constraint "
          "\"t_pkey\" (SQLSTATE 23505)");
}

TEST_CASE("copy: bytes that are not UTF-8 are refused, the session lives") {
    const Database database;
    database.sql("CREATE TABLE t (a text)");
    Connection connection = database.connect();
    for (const std::string& bytes :
         {std::string{"a\xff"}, std::string{"a\0b", 3}}) {
        CopyBuffer rows{"public.t (a)"};
        rows.text(bytes).end_row();
        CHECK(fault_of([&] { rows.send(connection); }).kind() == Kind::failed);
        CHECK(ask(connection, "SELECT 1") == "1");
    }
}

TEST_CASE("copy: a missing table is a matter of configuration") {
    const Database database;
    Connection connection = database.connect();
    CopyBuffer rows{"public.nothing (a)"};
    rows.integer(1).end_row();
    const Error error = fault_of([&] { rows.send(connection); });
    CHECK(error.kind() == Kind::config);
    CHECK(error.hint() == "run lark-admin migrate");
    CHECK(ask(connection, "SELECT 1") == "1");
}

TEST_CASE("copy: within a transaction it is rolled back with it") {
    const Database database;
    database.sql("CREATE TABLE t (a int)");
    Connection connection = database.connect();
    {
        pqxx::work transaction{connection.session()};
        CopyBuffer rows{"public.t (a)"};
        rows.integer(1).end_row();
        rows.send(connection);
        CHECK(transaction.exec1("SELECT count(*) FROM public.t")[0].as<int>() ==
              1);
    }
    CHECK(count_of(database) == "0");
}

TEST_CASE("copy: what was sent ahead is there at the next use") {
    const Database database;
    database.sql("CREATE TABLE t (a int)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (a)"};
    for (int batch = 0; batch < 3; ++batch) {
        rows.integer(batch).end_row();
        rows.send_ahead(connection);
    }
    CHECK(ask(connection, "SELECT count(*) FROM public.t") == "3");
    CHECK_NOTHROW(connection.finish_copy());
}

TEST_CASE("copy: a fault of what was sent ahead is thrown once, by the next") {
    const Database database;
    database.sql("CREATE TABLE t (a int)");
    Connection connection = database.connect();
    CopyBuffer rows{"public.t (a)"};
    rows.text("a person").end_row();
    rows.send_ahead(connection);
    const Error error = fault_of([&] { connection.execute("SELECT 1"); });
    CHECK(error.kind() == Kind::failed);
    CHECK(std::string{error.what()}.find("person") == std::string::npos);
    CHECK(ask(connection, "SELECT count(*) FROM public.t") == "0");
    CHECK_NOTHROW(connection.finish_copy());
}

}  // namespace lark_batch::db
