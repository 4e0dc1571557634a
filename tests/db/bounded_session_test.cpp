// What probes ask with: a session that waits for nothing longer than it may.
#include "lib/db/bounded_session.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "tests/db/database.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::db {

namespace {

using clock::Duration;
using errors::Kind;

clock::Deadline within(Duration limit) {
    return clock::Deadline{clock::system_clock(), limit};
}

double seconds_of(const std::function<void()>& work) {
    const auto begin = clock::system_clock().instant();
    work();
    return std::chrono::duration<double>(clock::system_clock().instant() -
                                         begin)
        .count();
}

}  // namespace

TEST_CASE("bounded_session: rows come with their columns, NULL as nothing") {
    const Database database;
    BoundedSession session{database.settings(), within(Duration{5'000})};
    const Rows rows = session.ask(
        "SELECT n AS number, NULLIF($1, 'gone') AS word"
        " FROM generate_series(1, 2) AS n",
        {"gone"});
    CHECK(rows.columns == std::vector<std::string>{"number", "word"});
    REQUIRE(rows.rows.size() == 2);
    CHECK(rows.rows[1][0] == "2");
    CHECK(!rows.rows[1][1].has_value());
    CHECK(session.ask("SELECT 1 WHERE false").columns.size() == 1);
}

TEST_CASE("bounded_session: nothing can be written, and only one statement") {
    const Database database;
    database.sql("CREATE TABLE t (n int)");
    const auto ask = [&](const std::string& sql) {
        return fault_of([&] {
            BoundedSession{database.settings(), within(Duration{5'000})}.ask(
                sql);
        });
    };
    CHECK(ask("INSERT INTO t VALUES (1)").kind() == Kind::config);
    CHECK(ask("SELECT 1; SELECT 2").kind() == Kind::config);
    CHECK(ask("SELECT * FROM nowhere").kind() == Kind::config);
    CHECK(ask("SELECT 1/0").kind() == Kind::failed);
    CHECK(ask("COPY t TO STDOUT").kind() == Kind::config);
    CHECK(database.sql("SELECT count(*) FROM t") == "0");
}

TEST_CASE("bounded_session: a query without end is cut off at its limit") {
    const Database database;
    BoundedSession session{database.settings(), within(Duration{5'000})};
    const auto fault = fault_of(
        [&] { session.ask("SELECT generate_series(1, 100000000)", {}, 10); });
    CHECK(std::string{fault.what()} == "the query yields more than 10 rows");
}

TEST_CASE("bounded_session: a value of many megabytes is not taken in") {
    const Database database;
    const auto ask = [&](const std::string& more, const std::string& sql) {
        Settings settings = database.settings();
        settings.url += more;
        BoundedSession session{settings, within(Duration{20'000})};
        return session.ask(sql, {}, 20'000).rows.size();
    };
    const std::string local =
        "?host=" + test::shared_postgres().folder().string();
    for (const std::string& way : {std::string{}, local}) {
        const auto fault =
            fault_of([&] { ask(way, "SELECT repeat('x', 200000000)"); });
        CHECK(fault.kind() == Kind::failed);
        CHECK(std::string{fault.what()} == "the answer is larger than 16 MiB");
        CHECK(ask(way,
                  "SELECT n, repeat('x', 60) FROM generate_series(1, 10000) "
                  "AS n") == 10'000);
    }
}

TEST_CASE("bounded_session: the server gives up a statement that takes long") {
    const Database database;
    const double seconds = seconds_of([&] {
        BoundedSession session{database.settings(), within(Duration{300})};
        CHECK(fault_of([&] { session.ask("SELECT pg_sleep(60)"); }).kind() ==
              Kind::timeout);
    });
    CHECK(seconds < 2);
    CHECK(database.sql("SELECT count(*) FROM pg_stat_activity"
                       " WHERE query LIKE '%pg_sleep(60)%'"
                       " AND pid <> pg_backend_pid()") == "0");
}

TEST_CASE("bounded_session: a question that somebody cancels is not late") {
    const Database database;
    BoundedSession session{database.settings(), within(Duration{20'000})};
    const auto pid = *session.ask("SELECT pg_backend_pid()").rows[0][0];
    std::jthread other{[&] {
        const std::string asked =
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE query LIKE '%pg_sleep(30)%' AND pid = " +
            pid;
        test::until([&] { return database.sql(asked) == "1"; });
        database.sql("SELECT pg_cancel_backend(" + pid + ")");
    }};
    const auto fault = fault_of([&] { session.ask("SELECT pg_sleep(30)"); });
    CHECK(fault.kind() == Kind::failed);
    CHECK(std::string{fault.what()}.find("due to user request") !=
          std::string::npos);
}

TEST_CASE("bounded_session: a server that accepts and never answers") {
    const auto listener = test::listen_on(0);
    Settings settings;
    settings.url = "postgresql://app@127.0.0.1:" +
                   std::to_string(test::port_of(listener.get())) + "/x";
    const double seconds = seconds_of([&] {
        const auto fault = fault_of([&] {
            BoundedSession{settings, within(Duration{200})};
        });
        CHECK(fault.kind() == Kind::timeout);
        CHECK(std::string{fault.what()} ==
              "database: no answer to the connection");
    });
    CHECK(seconds > 0.15);
    CHECK(seconds < 1);
}

TEST_CASE("bounded_session: a server that falls silent between questions") {
    const Database database;
    BoundedSession session{database.settings(), within(Duration{500})};
    const auto pid =
        std::stoi(*session.ask("SELECT pg_backend_pid()").rows[0][0]);
    kill(pid, SIGSTOP);
    CHECK(fault_of([&] { session.ask("SELECT 1"); }).kind() == Kind::timeout);
    kill(pid, SIGCONT);
}

TEST_CASE("bounded_session: nobody listens, a wrong name, a wrong URL") {
    Settings settings;
    const auto fault = [&](const std::string& url) {
        settings.url = url;
        return fault_of([&] {
            BoundedSession{settings, within(Duration{5'000})};
        });
    };
    const auto nobody = fault("postgresql://app@127.0.0.1:" +
                              std::to_string(test::free_port()) + "/x");
    CHECK(nobody.kind() == Kind::unavailable);
    CHECK(std::string{nobody.what()}.find("Connection refused") !=
          std::string::npos);
    const auto unknown = fault(test::shared_postgres().url("no_such"));
    CHECK(unknown.kind() == Kind::unavailable);
    CHECK(std::string{unknown.what()}.find("does not exist") !=
          std::string::npos);
    CHECK(fault("postgresql://[::1/x").kind() == Kind::config);
}

}  // namespace lark_batch::db
