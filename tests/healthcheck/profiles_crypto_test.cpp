// docs/examples/crypto.toml against a platform that is played: PostgreSQL,
// Redis and Prometheus are real, and hold what the platform would have
// written.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/healthcheck/backfilled_prometheus.hpp"
#include "tests/healthcheck/lark_service_stack.hpp"
#include "tests/healthcheck/played.hpp"
#include "tests/healthcheck/profile.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/redis.hpp"

namespace lark_batch {

namespace {

namespace fs = std::filesystem;
using test::json_reply;
using test::metrics_reply;
using test::Played;

// The platform's tables, as far as checks ask for them. TimescaleDB is not in
// Debian: a row and a table say what it would.
constexpr const char* k_schema = R"(
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace,
                          extrelocatable, extversion)
VALUES (90002, 'timescaledb', 10, 2200, true, '2.14.2');
CREATE SCHEMA timescaledb_information;
CREATE TABLE timescaledb_information.job_stats (
    job_id int, last_run_status text, last_successful_finish timestamptz);
INSERT INTO timescaledb_information.job_stats
VALUES (1, 'Success', now() - interval '2 hours'),
       (2, 'Success', now() - interval '23 hours');
CREATE TABLE exchanges (id int PRIMARY KEY, name text, is_active boolean);
CREATE TABLE markets (id int PRIMARY KEY, exchange_id int, symbol text,
                      is_active boolean, created_at timestamptz);
CREATE TABLE ohlcv (market_id int, timeframe text, open_time timestamptz,
                    created_at timestamptz DEFAULT now(),
                    PRIMARY KEY (market_id, timeframe, open_time));
CREATE TABLE report_generation_logs (
    id serial, report_type text, generated_at timestamptz, status text);
INSERT INTO exchanges VALUES (1, 'binance', true);
INSERT INTO markets
VALUES (1, 1, 'BTC/USDT', true, now() - interval '90 days'),
       (2, 1, 'ETH/USDT', true, now() - interval '90 days'),
       (3, 1, 'OLD/USDT', false, now() - interval '90 days');
INSERT INTO report_generation_logs (report_type, generated_at, status)
VALUES ('daily', now() - interval '30 hours', 'failed'),
       ('daily', now() - interval '6 hours', 'success'),
       ('weekly', now() - interval '3 days', 'success');
)";

// Complete up to the last candle that has ended; puts back what was taken.
constexpr const char* k_candles = R"(
TRUNCATE ohlcv;
INSERT INTO ohlcv (market_id, timeframe, open_time)
SELECT m, '1m', t FROM generate_series(1, 2) AS m,
    generate_series(date_trunc('minute', now()) - interval '25 hours',
                    date_trunc('minute', now()) - interval '1 minute',
                    interval '1 minute') AS t
UNION ALL
SELECT m, '5m', t FROM generate_series(1, 2) AS m,
    generate_series(date_trunc('hour', now()) - interval '3 hours',
                    now() - interval '5 minutes', interval '5 minutes') AS t
UNION ALL
SELECT m, '1h', date_trunc('hour', now()) - interval '1 hour'
FROM generate_series(1, 2) AS m
)";

std::string crypto_database() {
    auto& server = test::shared_postgres();
    const auto name = server.create_database();
    server.sql(name, k_schema);
    server.sql(name, k_candles);
    return name;
}

// A minute apart: 600 requests of which 6 failed, 180 rows.
std::vector<test::PastSeries> healthy_past() {
    return {
        {R"(up{job="collector"})", 1},
        {R"(up{job="node"})", 1},
        {"pg_up", 1},
        {"redis_up", 1},
        {R"(collector_api_requests_total{exchange="binance",)"
         R"(endpoint="klines",status="200"})",
         1'000, 600},
        {R"(collector_api_errors_total{exchange="binance",)"
         R"(endpoint="klines",error_type="timeout"})",
         10, 6},
        {R"(collector_api_requests_total{exchange="binance",)"
         R"(endpoint="trades",status="200"})",
         1'000, 600},
        {R"(collector_db_writes_total{table="ohlcv",status="success"})", 5'000,
         180},
    };
}

// The exporters are up, and what they look at is not; 12 % of the requests
// fail; nothing is written any more.
std::vector<test::PastSeries> broken_past() {
    return {
        {R"(up{job="collector"})", 1},
        {R"(up{job="node"})", 0},
        {"pg_up", 0},
        {"redis_up", 0},
        {R"(collector_api_requests_total{exchange="binance",)"
         R"(endpoint="klines",status="200"})",
         1'000, 600},
        {R"(collector_api_errors_total{exchange="binance",)"
         R"(endpoint="klines",error_type="timeout"})",
         10, 72},
        {R"(collector_db_writes_total{table="ohlcv",status="success"})", 5'000,
         0},
    };
}

constexpr const char* k_collector =
    "collector_running 1\n"
    "collector_ohlcv_collected_total{exchange=\"binance\"} 120\n"
    "collector_consecutive_failures{exchange=\"binance\",symbol=\"A\"} 0\n"
    "collector_consecutive_failures{exchange=\"binance\",symbol=\"B\"} 2\n";

constexpr const char* k_ws_collector =
    "ws_collector_running 1\n"
    "ws_collector_messages_total{type=\"trade\"} 900\n"
    "ws_collector_connection_status{exchange=\"binance\"} 1\n";

struct Crypto {
    std::string database = crypto_database();
    test::RedisServer redis{{"--requirepass", "crypto-redis"}};
    test::TempDir files{};
    test::BackfilledPrometheus prometheus{healthy_past()};
    Played collector{{{"/metrics", metrics_reply(k_collector)}}};
    Played ws_collector{{{"/health", json_reply(R"({"status":"ok"})")},
                         {"/metrics", metrics_reply(k_ws_collector)}}};
    Played grafana{{{"/api/health", json_reply(R"({"database":"ok"})")}}};
    Played alertmanager{{{"/-/ready", {200, {}, "OK"}}}};
    Played jupyter{{{"/api", json_reply(R"({"version":"2.14.0"})")}}};
    test::Profile profile;

    Crypto() : profile("crypto.toml", swaps(prometheus.port())) {
        give_secrets(profile);
        for (const char* folder :
             {"reports/daily", "reports/weekly", "results"}) {
            fs::create_directories(files / folder);
            files.write(std::string{folder} + "/one.html", "<p>");
        }
    }

    static void give_secrets(const test::Profile& profile) {
        profile.secret("timescaledb", "unused");
        profile.secret("redis", "crypto-redis");
    }

    std::string sql(const std::string& text) const {
        return test::shared_postgres().sql(database, text);
    }

    test::Swaps swaps(int prometheus_port) const;
};

test::Swaps Crypto::swaps(int prometheus_port) const {
    return {
        {"postgresql://crypto@127.0.0.1:5432/crypto_db",
         test::shared_postgres().url(database)},
        {"127.0.0.1:6379", test::loopback(redis.port())},
        {"127.0.0.1:8000", collector.address()},
        {"127.0.0.1:8001", ws_collector.address()},
        {"127.0.0.1:9090", test::loopback(prometheus_port)},
        {"127.0.0.1:9093", alertmanager.address()},
        {"127.0.0.1:3000", grafana.address()},
        {"127.0.0.1:8888", jupyter.address()},
        {"/srv/crypto", files.path().string()},
    };
}

Crypto& crypto() {
    // Gets ready meanwhile.
    test::lark_service_stack();
    static Crypto only;
    return only;
}

void says(const test::Verdict& verdict, const std::string& check,
          const std::string& words) {
    const auto message = verdict.message(check);
    CHECK_MESSAGE(message.find(words) != std::string::npos,
                  check << " says '" << message << "', not '" << words << "'");
}

}  // namespace

TEST_CASE("profile crypto: healthy is OK in every check") {
    const auto verdict = crypto().profile.look();
    CHECK(verdict.troubles() == "");
    CHECK(verdict.exit_code() == 0);
}

TEST_CASE("profile crypto: one market's candles stopped 40 minutes ago") {
    auto& world = crypto();
    world.sql(
        "DELETE FROM ohlcv WHERE market_id = 2 AND timeframe = '1m' "
        "AND open_time > now() - interval '40 minutes'");
    const auto verdict = world.profile.look();
    world.sql(k_candles);
    CHECK(verdict.critical() == "candles");
    CHECK(verdict.exit_code() == 2);
    says(verdict, "candles", "binance ETH/USDT 1m");
    CHECK(verdict.message("candles").find("BTC") == std::string::npos);
}

TEST_CASE("profile crypto: a market without any candle is not forgotten") {
    auto& world = crypto();
    world.sql("DELETE FROM ohlcv WHERE market_id = 1 AND timeframe = '5m'");
    const auto verdict = world.profile.look();
    world.sql(k_candles);
    CHECK(verdict.critical() == "candles");
    says(verdict, "candles", "binance BTC/USDT 5m");
}

TEST_CASE("profile crypto: 6 % of the candles are missing") {
    auto& world = crypto();
    world.sql(
        "DELETE FROM ohlcv WHERE timeframe = '1m' "
        "AND extract(epoch FROM open_time)::bigint / 60 % 16 = 3");
    const auto verdict = world.profile.look();
    world.sql(k_candles);
    CHECK(verdict.critical() == "missing candles");
    says(verdict, "missing candles", "6.");
}

TEST_CASE("profile crypto: nothing is written, whatever the candles' times") {
    auto& world = crypto();
    world.sql("UPDATE ohlcv SET created_at = now() - interval '31 minutes'");
    const auto verdict = world.profile.look();
    world.sql(k_candles);
    CHECK(verdict.critical() == "candle writes");
}

TEST_CASE("profile crypto: a queue is about to drop messages") {
    auto& world = crypto();
    world.redis.ask({"-a", "crypto-redis", "--no-auth-warning", "EVAL",
                     "for i = 1, 9001 do redis.call('RPUSH', KEYS[1], i) "
                     "end",
                     "1", "crypto:queue:trade"});
    const auto verdict = world.profile.look();
    world.redis.ask({"-a", "crypto-redis", "--no-auth-warning", "DEL",
                     "crypto:queue:trade"});
    CHECK(verdict.critical() == "redis queues");
    says(verdict, "redis queues", "crypto:queue:trade");
    says(verdict, "redis queues", "9001");
}

TEST_CASE("profile crypto: a wrong password of Redis is one alarm") {
    auto& world = crypto();
    world.profile.secret("redis", "not-the-password");
    const auto verdict = world.profile.look();
    world.profile.secret("redis", "crypto-redis");
    CHECK(verdict.critical() == "redis");
    CHECK(verdict.skipped() == "redis queues");
    says(verdict, "redis", "password");
}

TEST_CASE("profile crypto: collectors that run and do not work") {
    auto& world = crypto();
    world.collector.answer("/metrics", metrics_reply(""));
    world.ws_collector.answer(
        "/metrics",
        metrics_reply("ws_collector_running 1\n"
                      "ws_collector_messages_total{type=\"trade\"} 900\n"
                      "ws_collector_connection_status 0\n"));
    const auto verdict = world.profile.look();
    world.collector.heal();
    world.ws_collector.heal();
    CHECK(verdict.critical() == "collector, ws-collector connection");
    says(verdict, "ws-collector connection", "ws_collector_connection_status");
}

TEST_CASE("profile crypto: what Prometheus knows of faults") {
    auto& world = crypto();
    const test::BackfilledPrometheus sick{broken_past()};
    const test::Profile profile{"crypto.toml", world.swaps(sick.port())};
    Crypto::give_secrets(profile);
    const auto verdict = profile.look();
    CHECK(verdict.critical() ==
          "exchange API errors, database writes, scrape targets, "
          "postgres exporter, redis exporter, node exporter");
    says(verdict, "exchange API errors", "12");
    says(verdict, "exchange API errors", "klines");
    says(verdict, "scrape targets", "node");
}

TEST_CASE("profile crypto: a Prometheus that knows nothing is not healthy") {
    auto& world = crypto();
    const test::BackfilledPrometheus empty{{{"other", 1}}};
    const test::Profile profile{"crypto.toml", world.swaps(empty.port())};
    Crypto::give_secrets(profile);
    CHECK(profile.look().critical() ==
          "exchange API errors, database writes, scrape targets, "
          "postgres exporter, redis exporter, node exporter");
}

TEST_CASE("profile crypto: jobs and reports that failed in silence") {
    auto& world = crypto();
    world.sql(
        "UPDATE timescaledb_information.job_stats "
        "SET last_successful_finish = '-infinity' WHERE job_id = 2; "
        "INSERT INTO report_generation_logs "
        "(report_type, generated_at, status) "
        "VALUES ('daily', now() - interval '1 hour', 'failed')");
    fs::last_write_time(
        world.files / "reports/daily/one.html",
        fs::file_time_type::clock::now() - std::chrono::hours{27});
    const auto verdict = world.profile.look();
    fs::last_write_time(world.files / "reports/daily/one.html",
                        fs::file_time_type::clock::now());
    world.sql(
        "UPDATE timescaledb_information.job_stats "
        "SET last_successful_finish = now(); DELETE FROM "
        "report_generation_logs WHERE generated_at > now() - interval '2h'");
    CHECK(verdict.critical() == "timescaledb jobs, daily report, report log");
}

TEST_CASE("profile crypto: without its database, one alarm") {
    auto& world = crypto();
    auto swaps = world.swaps(world.prometheus.port());
    swaps["postgresql://crypto@127.0.0.1:5432/crypto_db"] =
        "postgresql://app@" + test::nobody() + "/crypto_db";
    const test::Profile profile{"crypto.toml", swaps};
    Crypto::give_secrets(profile);
    const auto verdict = profile.look();
    CHECK(verdict.critical() == "timescaledb");
    CHECK(verdict.skipped() ==
          "timescaledb jobs, candles, candle writes, missing candles, "
          "report log");
}

}  // namespace lark_batch
