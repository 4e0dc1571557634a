// The kinds that compare what queries yield: sql, sql_freshness, sql_ratio.
#include <doctest/doctest.h>

#include "tests/healthcheck/fixture.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/postgres.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::shared_postgres;

// Candles of three markets, as a collector stores them.
const std::string& database() {
    static const std::string name = [] {
        auto& server = shared_postgres();
        const std::string made = server.create_database();
        server.sql(made, R"(
            CREATE TABLE ohlcv (exchange text, market text,
                open_time timestamptz, local timestamp, ms bigint, "odd ""x" int);
            INSERT INTO ohlcv SELECT e, m, t, t AT TIME ZONE 'Asia/Shanghai',
                extract(epoch FROM t) * 1000
            FROM (VALUES ('okx', 'BTC', now() - interval '47 minutes'),
                         ('okx', 'ETH', now() - interval '2 minutes'),
                         ('binance', 'BTC', now() - interval '5 minutes'))
                AS v(e, m, t);
            CREATE TABLE empty (at timestamptz);
            CREATE TABLE ahead (at timestamptz);
            INSERT INTO ahead VALUES (now() + interval '10 minutes');)");
        return made;
    }();
    return name;
}

Seen ask(std::vector<std::string> words) {
    words.insert(words.end(), {"--url", shared_postgres().url(database())});
    return look(words);
}

}  // namespace

TEST_CASE("sql: a number is compared with warn and crit") {
    const std::string count = "SELECT count(*) FROM ohlcv";
    CHECK(ask({"sql", count}).str() == "OK: the value is 3");
    CHECK(ask({"sql", count, "--crit", "2"}).str() ==
          "CRITICAL: the value is 3 (limit 2)");
    CHECK(ask({"sql", count, "--warn", "5:"}).str() ==
          "WARNING: the value is 3 (limit 5:)");
    const Seen seen = ask({"sql", count, "--unit", "s", "--crit", "10"});
    CHECK(seen.measured("value")->unit == "s");
    CHECK(has(ask({"sql", "SELECT 1.5e300", "--crit", "5"}).message,
              "000... (limit 5)"));
}

TEST_CASE("sql: a text is expected, or the value is told") {
    CHECK(ask({"sql", "SELECT 'on'", "--expect", "on"}).state == State::ok);
    CHECK(ask({"sql", "SELECT 'off'", "--expect", "on", "--expect", "yes"})
              .str() == "CRITICAL: the value is 'off' instead of on or yes");
    CHECK(ask({"sql", "SELECT 'off'", "--crit", "5"}).state == State::unknown);
}

TEST_CASE("sql: no row and NULL are what when-empty says") {
    CHECK(ask({"sql", "SELECT 1 WHERE false"}).str() ==
          "CRITICAL: the query yields no row");
    CHECK(ask({"sql", "SELECT max(at) FROM empty", "--when-empty", "warning"})
              .str() == "WARNING: the value is NULL");
}

TEST_CASE("sql: a wrong query is UNKNOWN, one that takes too long is not") {
    CHECK(ask({"sql", "SELEC 1"}).state == State::unknown);
    CHECK(ask({"sql", "SELECT 1, 2"}).state == State::unknown);
    CHECK(has(ask({"sql", "SELECT generate_series(1, 2)"}).message,
              "more than one row"));
    CHECK(ask({"sql", "DELETE FROM ohlcv"}).state == State::unknown);
    CHECK(ask({"sql", "SELECT 1; DROP TABLE ohlcv"}).state == State::unknown);
    CHECK(ask({"sql", "SELECT count(*) FROM ohlcv", "--expect", "3"}).state ==
          State::ok);
    const Seen slow = ask({"sql", "SELECT pg_sleep(9)", "--timeout", "300ms"});
    CHECK(slow.str() == "CRITICAL: no answer within 300ms");
    CHECK(slow.seconds < 2);
}

TEST_CASE("sql_freshness: the newest row is 30 minutes old at most") {
    const Seen seen = ask({"sql_freshness", "ohlcv", "--column", "open_time"});
    CHECK(seen.str() == "OK: the newest row is 2m old");
    CHECK(seen.measured("age")->value >= 120);
    CHECK(seen.measured("groups") == nullptr);
    CHECK(ask({"sql_freshness", "public.ohlcv", "--column", "open_time",
               "--crit", "30s"})
              .str() == "CRITICAL: the newest row is 2m old (limit 30s)");
}

TEST_CASE("sql_freshness: each group is judged, the oldest are named") {
    const Seen seen = ask({"sql_freshness", "ohlcv", "--column", "open_time",
                           "--group-by", "exchange", "--group-by", "market"});
    CHECK(seen.str() == "CRITICAL: okx/BTC is 47m old (limit 30m)");
    CHECK(seen.measured("groups")->value == 3);
    REQUIRE(seen.measured("age okx/ETH") != nullptr);
    CHECK(!seen.measured("age okx/ETH")->exported);
    CHECK(ask({"sql_freshness", "ohlcv", "--column", "open_time", "--group-by",
               "market", "--crit", "10s"})
              .message == "BTC is 5m old, ETH is 2m old (limit 10s)");
    CHECK(ask({"sql_freshness", "ohlcv", "--column", "open_time", "--group-by",
               "market", "--where", "exchange = 'binance' -- only", "--crit",
               "7m"})
              .message == "1 groups, the oldest one's newest row is 5m old");
}

TEST_CASE("sql_freshness: only the first of many groups are named") {
    const Seen seen = ask({"sql_freshness", "--query",
                           "SELECT n, now() - n * interval '1 hour'"
                           " FROM generate_series(1, 40) AS n;"});
    CHECK(has(seen.message,
              "40 is 40h old, 39 is 39h old, 38 is 38h old and "
              "37 more (limit 30m)"));
    CHECK(seen.measurements.size() == 23);
}

TEST_CASE("sql_freshness: an expected group without a row is CRITICAL") {
    CHECK(ask({"sql_freshness", "ohlcv", "--column", "open_time", "--group-by",
               "exchange", "--expected-groups", "okx", "--expected-groups",
               "kraken"})
              .str()
              .starts_with("CRITICAL: no row of kraken"));
    CHECK(ask({"sql_freshness", "empty", "--column", "at"}).str() ==
          "CRITICAL: no row at all");
    const std::string joined =
        "SELECT 'here', now() UNION ALL SELECT 'gone', NULL";
    CHECK(ask({"sql_freshness", "--query", joined}).str() ==
          "CRITICAL: no row of gone");
    CHECK(ask({"sql_freshness", "--query", joined, "--expected-groups", "gone"})
              .str() == "CRITICAL: no row of gone");
}

TEST_CASE("sql_freshness: other ways to write a time down") {
    for (const auto& [column, type] :
         {std::pair{"ms", "milliseconds"}, {"local", "timestamp"}}) {
        CAPTURE(column);
        CHECK(ask({"sql_freshness", "ohlcv", "--column", column,
                   "--column-type", type, "--column-zone", "Asia/Shanghai"})
                  .message == "the newest row is 2m old");
    }
    CHECK(ask({"sql_freshness", "--query", "SELECT 'x', 0", "--column-type",
               "seconds"})
              .state == State::critical);
}

TEST_CASE("sql_freshness: a newest row in the future is told") {
    CHECK(has(ask({"sql_freshness", "ahead", "--column", "at"}).str(),
              "WARNING: the newest row up to 10m in the future"));
    CHECK(ask({"sql_freshness", "ahead", "--column", "at", "--future", "1h"})
              .state == State::ok);
}

TEST_CASE("sql_freshness: names are quoted, whatever they hold") {
    CHECK(has(ask({"sql_freshness", "ohlcv\"; DROP TABLE ohlcv; --", "--column",
                   "at"})
                  .message,
              "does not exist"));
    CHECK(has(ask({"sql_freshness", "ohlcv", "--column", "x\") FROM empty; --"})
                  .message,
              "does not exist"));
    CHECK(ask({"sql", "SELECT count(*) FROM ohlcv", "--expect", "3"}).state ==
          State::ok);
}

TEST_CASE("sql_freshness: a table or a query, and not both") {
    CHECK_THROWS_AS(ask({"sql_freshness"}), lark_batch::errors::Error);
    CHECK_THROWS_AS(ask({"sql_freshness", "ohlcv"}), lark_batch::errors::Error);
    CHECK_THROWS_AS(
        ask({"sql_freshness", "ohlcv", "--column", "x", "--query", "SELECT 1"}),
        lark_batch::errors::Error);
}

TEST_CASE("sql_ratio: five percent may be missing, unless told otherwise") {
    CHECK(ask({"sql_ratio", "SELECT 960, 1000"}).str() ==
          "OK: 4.00 % is missing: 960 of 1000 are there");
    CHECK(ask({"sql_ratio", "SELECT 900, 1000"}).str() ==
          "CRITICAL: 10.00 % is missing: 900 of 1000 are there (limit 5)");
    CHECK(
        ask({"sql_ratio", "SELECT 900, 1000", "--warn", "2%", "--crit", "20%"})
            .state == State::warning);
    CHECK(ask({"sql_ratio", "SELECT 0.99"}).str() == "OK: 1.00 % is missing");
    CHECK(ask({"sql_ratio", "SELECT 1100, 1000"}).state == State::ok);
}

TEST_CASE("sql_ratio: two queries are one question") {
    const Seen seen =
        ask({"sql_ratio", "--actual", "SELECT count(*) FROM ohlcv -- now",
             "--expected", "SELECT 4;"});
    CHECK(seen.str() ==
          "CRITICAL: 25.00 % is missing: 3 of 4 are there (limit 5)");
    CHECK(seen.measured("actual")->value == 3);
    CHECK_THROWS_AS(ask({"sql_ratio", "--actual", "SELECT 1"}),
                    lark_batch::errors::Error);
    CHECK_THROWS_AS(ask({"sql_ratio"}), lark_batch::errors::Error);
}

TEST_CASE("sql_ratio: that nothing is expected is told") {
    CHECK(ask({"sql_ratio", "SELECT 0, 0"}).str() ==
          "WARNING: nothing is expected");
    CHECK(ask({"sql_ratio", "SELECT 0, 0", "--when-empty", "ok"}).state ==
          State::ok);
    CHECK(ask({"sql_ratio", "SELECT NULL, 5"}).state == State::warning);
    CHECK(ask({"sql_ratio", "SELECT 'x', 5"}).state == State::unknown);
}

}  // namespace lark_batch::healthcheck::test
