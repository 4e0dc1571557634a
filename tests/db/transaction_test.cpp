#include "lib/db/transaction.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/db/database.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_setup =
    "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);"
    "INSERT INTO t VALUES (1, 0), (2, 0)";
constexpr const char* k_add_one = "UPDATE public.t SET n = n + 1 WHERE id = 1";

// Adds 1 to a row that `other` changes between our look and our change: a
// serialization failure, every time that it is called.
void add_too_late(pqxx::transaction_base& transaction, Connection& other,
                  bool disturbed) {
    transaction.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    transaction.exec1("SELECT n FROM public.t WHERE id = 1");
    if (disturbed) {
        other.execute("UPDATE public.t SET n = n + 100 WHERE id = 1");
    }
    transaction.exec0(k_add_one);
}

std::string number(const Database& database, int id = 1) {
    return database.sql("SELECT n FROM t WHERE id = " + std::to_string(id));
}

}  // namespace

TEST_CASE("transaction: what the work did is committed, once") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    int attempts = 0;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        ++attempts;
        transaction.exec0(k_add_one);
    });
    CHECK(attempts == 1);
    CHECK(number(database) == "1");
}

TEST_CASE("transaction: a serialization failure is repeated") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    Connection other = database.connect();
    int attempts = 0;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        add_too_late(transaction, other, ++attempts <= 2);
    });
    CHECK(attempts == 3);
    CHECK(number(database) == "201");
}

TEST_CASE("transaction: five failures are enough, the last is reported") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    Connection other = database.connect();
    int attempts = 0;
    const Error error = fault_of([&] {
        transact(connection, [&](pqxx::transaction_base& transaction) {
            ++attempts;
            add_too_late(transaction, other, true);
        });
    });
    CHECK(attempts == 5);
    CHECK(error.kind() == Kind::failed);
    CHECK(std::string{error.what()} ==
          "database: could not serialize access due to concurrent update "
          "(SQLSTATE 40001)");
    CHECK(number(database) == "500");
}

TEST_CASE("transaction: the victim of a deadlock is repeated") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    Connection other = database.connect();
    pqxx::work rival{other.session()};
    rival.exec0("SET LOCAL deadlock_timeout = '1h'");
    const auto rival_pid =
        rival.exec1("SELECT pg_backend_pid()")[0].as<std::string>();
    rival.exec0("UPDATE public.t SET n = n + 100 WHERE id = 2");
    std::thread rivalry;
    int attempts = 0;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec0("SET LOCAL deadlock_timeout = '1ms'");
        transaction.exec0(k_add_one);
        if (++attempts == 1) {
            rivalry = std::thread{[&rival] {
                rival.exec0("UPDATE public.t SET n = n + 100 WHERE id = 1");
                rival.commit();
            }};
            // Its own: sessions of tests before may still wait, too.
            test::wait_for("the rival's wait", [&] {
                return transaction
                           .exec1(
                               "SELECT count(*) FROM pg_locks"
                               " WHERE NOT granted AND pid = " +
                               rival_pid)[0]
                           .as<int>() > 0;
            });
        }
        transaction.exec0("UPDATE public.t SET n = n + 1 WHERE id = 2");
    });
    rivalry.join();
    CHECK(attempts == 2);
    CHECK(number(database, 1) == "101");
    CHECK(number(database, 2) == "101");
}

TEST_CASE("transaction: other faults are not repeated, and rolled back") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    int attempts = 0;
    const auto run = [&](const std::string& sql) {
        return fault_of([&] {
            transact(connection, [&](pqxx::transaction_base& transaction) {
                ++attempts;
                transaction.exec0(k_add_one);
                transaction.exec0(sql);
            });
        });
    };
    CHECK(run("INSERT INTO public.t VALUES (1, 1)").kind() == Kind::failed);
    CHECK(run("DELETE FROM public.nothing").kind() == Kind::config);
    CHECK(attempts == 2);
    CHECK(number(database) == "0");
    CHECK(connection.alive());
}

TEST_CASE("transaction: an exception of the work's own rolls back") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    CHECK_THROWS_WITH(transact(connection,
                               [](pqxx::transaction_base& transaction) {
                                   transaction.exec0(k_add_one);
                                   throw std::runtime_error{"mine"};
                               }),
                      "mine");
    CHECK(number(database) == "0");
    // And the session is ready for the next.
    transact(connection, [](pqxx::transaction_base& transaction) {
        transaction.exec0(k_add_one);
    });
    CHECK(number(database) == "1");
}

TEST_CASE("transaction: a session lost in the middle is not repeated") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    int attempts = 0;
    const Error error = fault_of([&] {
        transact(connection, [&](pqxx::transaction_base& transaction) {
            ++attempts;
            transaction.exec0(k_add_one);
            const auto pid = transaction.exec1("SELECT pg_backend_pid()");
            terminate(database, pid[0].as<int>());
            transaction.exec0(k_add_one);
        });
    });
    CHECK(error.kind() == Kind::unavailable);
    CHECK(attempts == 1);
    CHECK(number(database) == "0");
}

TEST_CASE("transaction: a session lost during commit is a commit in doubt") {
    const Database database;
    database.sql(
        "CREATE TABLE t (id int);"
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL;"
        " END $$;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t"
        " DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die()");
    Connection connection = database.connect();
    int attempts = 0;
    CHECK_THROWS_AS(
        transact(connection,
                 [&](pqxx::transaction_base& transaction) {
                     ++attempts;
                     transaction.exec0("INSERT INTO public.t VALUES (1)");
                 }),
        CommitInDoubt);
    CHECK(attempts == 1);
    CHECK_FALSE(connection.alive());
}

TEST_CASE("transaction: a rehearsal sees its work and writes nothing") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    int seen = 0;
    rehearse(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec0(k_add_one);
        seen = transaction.exec1("SELECT n FROM public.t WHERE id = 1")[0]
                   .as<int>();
    });
    CHECK(seen == 1);
    CHECK(number(database) == "0");
    CHECK(connection.alive());
}

TEST_CASE("transaction: a rehearsal reports faults as the real one does") {
    const Database database;
    Connection connection = database.connect();
    const Error error = fault_of([&] {
        rehearse(connection, [](pqxx::transaction_base& transaction) {
            transaction.exec0("DELETE FROM public.nothing");
        });
    });
    CHECK(error.kind() == Kind::config);
}

TEST_CASE("savepoint: refused data is undone and the transaction goes on") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    transact(connection, [](pqxx::transaction_base& transaction) {
        for (const auto* refused :
             {"INSERT INTO public.t VALUES (3, 'a person')",
              "INSERT INTO public.t VALUES (1, 5)"}) {
            const Error error = fault_of([&] {
                with_savepoint(transaction, [&](pqxx::transaction_base& same) {
                    same.exec0("DELETE FROM public.t WHERE id = 2");
                    same.exec0(refused);
                });
            });
            CHECK(error.kind() == Kind::failed);
            CHECK(std::string{error.what()}.find("person") ==
                  std::string::npos);
        }
        const Error error = fault_of([&] {
            with_savepoint(transaction, [](pqxx::transaction_base& same) {
                same.exec0("DELETE FROM public.t WHERE id = 2");
                same.exec_params0("SELECT $1::int", "a person");
            });
        });
        CHECK(error.kind() == Kind::failed);
        // 54001: it will never take this, however often it is asked.
        CHECK_THROWS_AS(with_savepoint(transaction,
                                       [](pqxx::transaction_base& same) {
                                           same.exec_params(
                                               "SELECT $1::jsonb",
                                               std::string(900'000, '['));
                                       }),
                        Error);
        transaction.exec0(k_add_one);
    });
    CHECK(number(database, 1) == "1");
    CHECK(number(database, 2) == "0");
}

TEST_CASE("savepoint: what the server accepts is kept") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    transact(connection, [](pqxx::transaction_base& transaction) {
        for (int i = 0; i < 2; ++i) {
            with_savepoint(transaction, [](pqxx::transaction_base& same) {
                same.exec0(k_add_one);
            });
        }
    });
    CHECK(number(database) == "2");
}

TEST_CASE("savepoint: a serialization failure still repeats the whole") {
    const Database database;
    database.sql(k_setup);
    Connection connection = database.connect();
    Connection other = database.connect();
    int attempts = 0;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        transaction.exec1("SELECT n FROM public.t WHERE id = 1");
        with_savepoint(transaction, [&](pqxx::transaction_base& same) {
            if (++attempts == 1) {
                other.execute("UPDATE public.t SET n = 7 WHERE id = 1");
            }
            same.exec0(k_add_one);
        });
    });
    CHECK(attempts == 2);
    CHECK(number(database) == "8");
}

}  // namespace lark_batch::db
