// The kind `postgres` against a real server, and the faults of one.
#include <doctest/doctest.h>

#include "tests/healthcheck/fixture.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::shared_postgres;

std::string url() {
    return shared_postgres().url("postgres");
}

Seen look_at(std::vector<std::string> more, const std::string& target = url()) {
    more.insert(more.begin(), {"postgres", target});
    return look(more);
}

// A session that begins a transaction and does no more.
class IdleSession {
public:
    IdleSession()
        : m_psql([] {
              lark_batch::test::Command command;
              command.argv = {
                  "sh", "-c",
                  "(echo 'BEGIN; SELECT 1;'; exec sleep 60) | " +
                      lark_batch::test::PostgresServer::program("psql")
                          .string() +
                      " -qd " + url()};
              return command;
          }()) {
        lark_batch::test::wait_for("an idle transaction", [] {
            return shared_postgres().sql(
                       "postgres",
                       "SELECT count(*) FROM pg_stat_activity WHERE state ="
                       " 'idle in transaction'") == "1";
        });
    }

private:
    lark_batch::test::Process m_psql;
};

}  // namespace

TEST_CASE("postgres: a server that is well says its version and sessions") {
    const Seen seen = look_at({"--min-version", "13"});
    CHECK(seen.str().starts_with("OK: PostgreSQL 1"));
    CHECK(has(seen.message, " of 47 connections"));
    REQUIRE(seen.measured("connections") != nullptr);
    CHECK(seen.measured("connections")->unit == "%");
    CHECK(seen.measured("connections_used")->value >= 1);
    CHECK(seen.measured("xid_age")->value < 1);
    CHECK(seen.measured("size") == nullptr);
    CHECK(seen.measured("replication_lag") == nullptr);
}

TEST_CASE("postgres: what is asked for and not there is CRITICAL") {
    CHECK(has(look_at({"--min-version", "99"}).str(), "at least 99 is wanted"));
    CHECK(look_at({"--extensions", "plpgsql"}).state == State::ok);
    CHECK(look_at({"--extensions", "timescaledb", "--extensions", "pgvector"})
              .str()
              .starts_with("CRITICAL: without extension timescaledb, vector"));
    CHECK(has(look_at({"--standbys", "1"}).str(),
              "0 standbys, at least 1 are wanted"));
}

TEST_CASE("postgres: every threshold of its own is judged") {
    CHECK(has(look_at({"--connections-crit", "0"}).str(),
              "connections are used (limit 0)"));
    const Seen large = look_at({"--size-warn", "1KiB"});
    CHECK(large.state == State::warning);
    CHECK(has(large.message, "the database has "));
    CHECK(look_at({"--size-crit", "1GiB"}).state == State::ok);
    CHECK(look_at({"--xid-age-crit", "0:0"}).state == State::critical);
    const IdleSession idle;
    const Seen seen = look_at({"--idle-in-transaction-crit", "0"});
    CHECK(has(seen.str(), "CRITICAL: a transaction has been idle for 0s"));
    CHECK(look_at({"--idle-in-transaction-crit", "60"}).state == State::ok);
}

TEST_CASE("postgres: who streams from it is counted") {
    auto& server = shared_postgres();
    const lark_batch::test::TempDir folder;
    lark_batch::test::Command command;
    command.argv = {lark_batch::test::PostgresServer::program("pg_receivewal"),
                    "-D",
                    folder.path(),
                    "-h",
                    "127.0.0.1",
                    "-U",
                    "app",
                    "-p",
                    std::to_string(server.port())};
    const lark_batch::test::Process receiver{command};
    lark_batch::test::wait_for("a stream", [&] {
        return server.sql("postgres",
                          "SELECT state FROM pg_stat_replication") ==
               "streaming";
    });
    const Seen seen = look_at({"--standbys", "1", "--replication-lag-crit",
                               "5s", "--replication-bytes-crit", "1GiB"});
    CHECK(seen.str().starts_with("OK: "));
    CHECK(seen.measured("standbys")->value == 1);
    CHECK(seen.measured("replication_lag")->value < 5);
    CHECK(look_at({"--standbys", "2"}).state == State::critical);
}

TEST_CASE("postgres: what a role without pg_monitor cannot see is told") {
    shared_postgres().sql("postgres", "CREATE ROLE nosy LOGIN");
    std::string theirs = url();
    theirs.replace(theirs.find("app@"), 3, "nosy");
    CHECK(look_at({}, theirs).state == State::ok);
    // A role sees its own sessions, that of the check before included.
    lark_batch::test::wait_for("the end of that check", [] {
        return shared_postgres().sql("postgres",
                                     "SELECT count(*) FROM pg_stat_activity "
                                     "WHERE usename = 'nosy'") == "0";
    });
    const Seen seen = look_at(
        {"--idle-in-transaction-crit", "5m", "--replication-lag-crit", "5m"},
        theirs);
    CHECK(seen.state == State::warning);
    CHECK(has(seen.message,
              "idle transactions of other roles are not seen: "
              "grant pg_monitor"));
    CHECK(has(seen.message, "the lag of standbys is not seen"));
    CHECK(seen.measured("idle_in_transaction") == nullptr);
    shared_postgres().sql("postgres", "GRANT pg_monitor TO nosy");
    const Seen all = look_at({"--idle-in-transaction-crit", "5m"}, theirs);
    CHECK(all.state == State::ok);
    CHECK(all.measured("idle_in_transaction") != nullptr);
    shared_postgres().sql("postgres", "DROP ROLE nosy");
}

TEST_CASE("postgres: a server that is down, or knows no such database") {
    const std::string nobody = "postgresql://app@127.0.0.1:" +
                               std::to_string(lark_batch::test::free_port()) +
                               "/x";
    const Seen down = look_at({}, nobody);
    CHECK(down.state == State::critical);
    CHECK(has(down.message, "Connection refused"));
    const Seen unknown = look_at({}, shared_postgres().url("nowhere"));
    CHECK(unknown.state == State::critical);
    CHECK(has(unknown.message, "\"nowhere\" does not exist"));
}

TEST_CASE("postgres: a server that never answers ends at the time limit") {
    const auto listener = lark_batch::test::listen_on(0);
    const std::string silent =
        "postgresql://app@127.0.0.1:" +
        std::to_string(lark_batch::test::port_of(listener.get())) + "/x";
    const Seen seen = look_at({"--timeout", "200ms"}, silent);
    CHECK(seen.str() == "CRITICAL: no answer within 200ms");
    CHECK(seen.seconds < 1);
    CHECK(look_at({"--timeout", "200ms", "--timeout-state", "warning"}, silent)
              .state == State::warning);
}

TEST_CASE("postgres: wrong values are found before anything runs") {
    for (const auto& [option, value] :
         {std::pair{"--min-version", "new"},
          {"--extensions", "a,b"},
          {"--connections-warn", "lots"},
          {"--url", "http://x"},
          {"--url", "postgresql://a:secret@h/x"}}) {
        CAPTURE(option);
        CHECK_THROWS_AS(look({"postgres", option, value}),
                        lark_batch::errors::Error);
    }
}

}  // namespace lark_batch::healthcheck::test
