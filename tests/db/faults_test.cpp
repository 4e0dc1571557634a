#include "lib/db/faults.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <stdexcept>
#include <string>

#include "lib/db/connection.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

Error fault_of_sql(const std::string& sql, const std::string& setup = "") {
    const Database database{Schema::migrated};
    Connection connection = database.connect();
    if (!setup.empty()) {
        connection.execute(setup);
    }
    return fault_of([&] { connection.execute(sql); });
}

std::string text_of(const std::string& sql) {
    return fault_of_sql(sql).what();
}

}  // namespace

TEST_CASE("faults: a missing table, column or right asks for the migration") {
    for (const std::string sql :
         {"SELECT * FROM lark_batch.nothing", "SELECT nothing FROM pg_class",
          "SELECT nothing()", "SELECT 1 FROM nowhere.users"}) {
        CAPTURE(sql);
        const Error error = fault_of_sql(sql);
        CHECK(error.kind() == Kind::config);
        CHECK(error.hint() == "run lark-admin migrate");
    }
}

TEST_CASE("faults: a missing right names the command that gives it") {
    const Error error =
        fault_of_sql("SELECT * FROM lark_batch.users", "SET ROLE pg_monitor");
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "database: permission denied for schema lark_batch "
          "(SQLSTATE 42501)");
    CHECK(error.hint() ==
          "grant the role its rights: lark-admin migrate --grant-to ROLE");
}

TEST_CASE("faults: time-outs say where to look") {
    const Error slow =
        fault_of_sql("SELECT pg_sleep(60)", "SET statement_timeout = 1");
    CHECK(slow.kind() == Kind::failed);
    CHECK(slow.hint().starts_with("raise database.statement_timeout"));
    const Database database{Schema::migrated};
    Connection holder = database.connect();
    pqxx::work lock{holder.session()};
    lock.exec0("LOCK TABLE lark_batch.users");
    Settings settings = database.settings();
    settings.lock_timeout = clock::Duration{1};
    Connection waiter{settings};
    const Error blocked = fault_of(
        [&] { waiter.execute("SELECT count(*) FROM lark_batch.users"); });
    CHECK(blocked.hint() ==
          "another session holds a lock: see pg_stat_activity");
}

TEST_CASE("faults: a read-only server is unavailable, not our mistake") {
    CHECK(fault_of_sql("DELETE FROM lark_batch.users",
                       "SET default_transaction_read_only = on")
              .kind() == Kind::unavailable);
}

TEST_CASE("faults: a message never quotes a row's value") {
    CHECK(text_of("SELECT 'a person'::int") ==
          "database: invalid input syntax for type integer: \"...\" "
          "(SQLSTATE 22P02)");
    CHECK(text_of("SELECT E'a \"per\" \\n \"son\"'::int") ==
          "database: invalid input syntax for type integer: \"...\" "
          "(SQLSTATE 22P02)");
    CHECK(text_of("SELECT '99999999999'::int") ==
          "database: value \"...\" (SQLSTATE 22003)");
    const std::string twice =
        "INSERT INTO lark_batch.metric_applied_runs "
        "SELECT '00000000-0000-0000-0000-00000000000a', "
        "now() FROM generate_series(1, 2)";
    CHECK(text_of(twice) ==
          "database: duplicate key value violates unique constraint "
          "\"metric_applied_runs_pkey\" (SQLSTATE 23505)");
}

TEST_CASE("faults: only the first line is shown, without the severity") {
    CHECK(first_line("ERROR:  no\nDETAIL:  Key (mobile)=(1)\n") == "no");
    CHECK(first_line("\nFATAL:  gone\n") == "gone");
    CHECK(first_line("") == "");
    CHECK(first_line(std::string(900, 'x')).size() <= 303);
}

TEST_CASE("faults: what is not the database's passes through") {
    CHECK_THROWS_WITH(
        translate_faults([] { throw std::runtime_error{"mine"}; }), "mine");
    const Error error = fault_of([] {
        translate_faults([] { throw Error{Kind::denied, "ours", "hint"}; });
    });
    CHECK(error.kind() == Kind::denied);
    CHECK(error.hint() == "hint");
}

TEST_CASE("faults: a commit in doubt is told apart from a lost session") {
    CHECK_THROWS_AS(
        translate_faults([] { throw pqxx::in_doubt_error{"maybe"}; }),
        CommitInDoubt);
    const Error lost = fault_of([] {
        translate_faults([] { throw pqxx::broken_connection{"gone"}; });
    });
    CHECK(lost.kind() == Kind::unavailable);
    CHECK(std::string{lost.what()} == "database: gone");
}

TEST_CASE("faults: classes of SQLSTATE that waiting may heal") {
    for (const auto* state : {"08006", "57P01", "57P03", "53300", "53100"}) {
        CAPTURE(state);
        CHECK(error_of(state, "x").kind() == Kind::unavailable);
    }
    CHECK(error_of("57014", "x").kind() == Kind::failed);
    CHECK(error_of("40001", "x").kind() == Kind::failed);
    CHECK(std::string{error_of("", "x").what()} == "database: x");
}

}  // namespace lark_batch::db
