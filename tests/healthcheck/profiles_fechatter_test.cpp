// docs/examples/fechatter.toml against a Fechatter that is played: NATS,
// Redis and PostgreSQL are real, everything that speaks HTTP is the test's.
#include <doctest/doctest.h>

#include "tests/healthcheck/lark_service_stack.hpp"
#include "tests/healthcheck/nats_subscriber.hpp"
#include "tests/healthcheck/played.hpp"
#include "tests/healthcheck/profile.hpp"
#include "tests/support/nats.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/redis.hpp"

namespace lark_batch {

namespace {

using test::json_reply;
using test::metrics_reply;
using test::Played;

constexpr const char* k_constant = R"({"status":"healthy"})";

constexpr const char* k_health =
    R"({"status":"healthy","services":[)"
    R"({"name":"database","status":"healthy","latency_ms":1},)"
    R"({"name":"nats","status":"healthy","latency_ms":1},)"
    R"({"name":"search","status":"healthy","latency_ms":2},)"
    R"({"name":"cache","status":"healthy","latency_ms":1}],)"
    R"("timestamp":"2026-11-22T03:00:00Z"})";

// As it is while one of them is slow: still 200.
constexpr const char* k_degraded =
    R"({"status":"degraded","services":[)"
    R"({"name":"database","status":"healthy","latency_ms":1},)"
    R"({"name":"search","status":"degraded","latency_ms":2900}],)"
    R"("timestamp":"2026-11-22T03:00:00Z"})";

// pgvector is not in Debian. A row says that it is there; nothing uses it.
std::string database_with_vector() {
    auto& server = test::shared_postgres();
    const auto name = server.create_database();
    server.sql(name,
               "SET allow_system_table_mods = on; "
               "INSERT INTO pg_extension (oid, extname, extowner, "
               "extnamespace, extrelocatable, extversion) "
               "VALUES (90001, 'vector', 10, 2200, true, '0.7.4')");
    return name;
}

struct Fechatter {
    std::string database = database_with_vector();
    test::NatsServer nats{};
    test::RedisServer redis{{"--requirepass", "fechatter-redis"}};
    std::vector<test::NatsSubscriber> listeners{};
    Played clickhouse{{{"/ping", {200, {}, "Ok.\n"}}}};
    Played search{{{"/health", json_reply(R"({"status":"available"})")}}};
    Played provider{
        {{"/v1/models", json_reply(R"({"data":[{"id":"gpt-4o"}]})")}}};
    Played chat{{{"/health", json_reply(k_health)},
                 {"/health/readiness", {200, {}, ""}}}};
    Played chat_metrics{
        {{"/metrics", metrics_reply("fechatter_http_requests_total"
                                    "{method=\"GET\",status=\"200\"} 7\n"
                                    "fechatter_messages_sent_total"
                                    "{chat_type=\"group\"} 3\n")}}};
    Played notify{{{"/health", json_reply(k_constant)}}};
    Played notify_metrics{
        {{"/metrics", metrics_reply("notify_health_checks_total"
                                    "{status=\"healthy\"} 9\n"
                                    "notify_nats_messages_received_total"
                                    "{subject=\"chat\"} 4\n")}}};
    Played bot{{{"/health", json_reply(k_constant)}}};
    Played bot_metrics{
        {{"/metrics",
          metrics_reply("bot_nats_events_received_total{event_type=\"m\"} 2\n"
                        "bot_health_checks_total{status=\"healthy\"} 5\n")}}};
    Played analytics{{{"/health", json_reply(k_constant)},
                      {"/metrics", json_reply(R"({"events":12})")}}};
    Played analytics_metrics{
        {{"/metrics",
          metrics_reply("analytics_events_received_total{source=\"chat\"} 6\n"
                        "analytics_nats_subscription_active"
                        "{subject=\"fechatter.>\"} 1\n")}}};
    Played gateway{{{"/health/ready", {200, {}, "ready"}}}};
    test::Profile profile;

    Fechatter() : profile("fechatter.toml", swaps()) {
        give_secrets(profile);
        subscribe();
    }

    static void give_secrets(const test::Profile& to) {
        to.secret("postgres", "unused");
        to.secret("redis", "fechatter-redis");
        to.secret("ai-provider", "sk-of-the-test");
    }

    std::string monitor() const {
        return nats.monitor_url().substr(std::string{"http://"}.size());
    }

    // The server hears of a client that left when it reads of it.
    void await_clients(int count) const {
        test::wait_for("NATS to forget its clients", [&] {
            return test::http_get(nats.monitor_url() + "/connz")
                       .body.find(
                           "\"num_connections\": " + std::to_string(count) +
                           ",") != std::string::npos;
        });
    }

    // notify with its two subjects, and bot with one.
    void subscribe(const std::string& realtime = "fechatter.realtime.>") {
        listeners.clear();
        for (const std::string& subject :
             {std::string{"fechatter.messages.created"}, realtime,
              std::string{"fechatter.messages.created"}}) {
            listeners.emplace_back(nats.port(), subject);
        }
    }

    test::Swaps swaps() const;
};

test::Swaps Fechatter::swaps() const {
    return {
        {"postgresql://fechatter@127.0.0.1:5432/fechatter",
         test::shared_postgres().url(database)},
        {"127.0.0.1:4222", test::loopback(nats.port())},
        {"127.0.0.1:8222", monitor()},
        {"127.0.0.1:6379", test::loopback(redis.port())},
        {"127.0.0.1:8123", clickhouse.address()},
        {"127.0.0.1:7700", search.address()},
        // TLS is the matter of the tests of kind http.
        {"https://api.openai.com", provider.url()},
        {"127.0.0.1:6688", chat.address()},
        {"127.0.0.1:9090", chat_metrics.address()},
        {"127.0.0.1:6687", notify.address()},
        {"127.0.0.1:6689", test::nobody()},
        {"127.0.0.1:9091", notify_metrics.address()},
        {"127.0.0.1:6686", bot.address()},
        {"127.0.0.1:9092", bot_metrics.address()},
        {"127.0.0.1:6690", analytics.address()},
        {"127.0.0.1:7777", test::nobody()},
        {"127.0.0.1:7778", analytics_metrics.address()},
        {"127.0.0.1:8080", gateway.address()},
        {"127.0.0.1:9095", test::nobody()},
    };
}

// One for the cases of this file: they leave it as they found it.
Fechatter& fechatter() {
    // Gets ready meanwhile.
    test::lark_service_stack();
    static Fechatter only;
    return only;
}

bool says(const test::Verdict& verdict, const std::string& check,
          const std::string& words) {
    const auto message = verdict.message(check);
    INFO(check << ": " << message);
    const bool found = message.find(words) != std::string::npos;
    CHECK_MESSAGE(found,
                  check << " says '" << message << "', not '" << words << "'");
    return found;
}

}  // namespace

TEST_CASE("profile fechatter: healthy is OK in every check") {
    const auto verdict = fechatter().profile.look();
    CHECK(verdict.troubles() == "");
    CHECK(verdict.exit_code() == 0);
    // The stated ports are not looked at.
    CHECK(verdict.message("notify_server as stated") == "");
    const auto asked = fechatter().provider.requests();
    REQUIRE(!asked.empty());
    CHECK(asked.back().header("authorization") == "Bearer sk-of-the-test");
}

TEST_CASE("profile fechatter: a service that is degraded with status 200") {
    auto& world = fechatter();
    world.chat.answer("/health", json_reply(k_degraded));
    const auto verdict = world.profile.look();
    world.chat.heal();
    CHECK(verdict.critical() == "fechatter_server");
    CHECK(verdict.skipped() == "fechatter_server metrics");
    CHECK(verdict.exit_code() == 2);
    says(verdict, "fechatter_server", "/services/1/status");
    says(verdict, "fechatter_server", "search");
    says(verdict, "fechatter_server", "degraded");
}

TEST_CASE("profile fechatter: ClickHouse is down: one alarm") {
    auto& world = fechatter();
    world.clickhouse.answer("/ping", {503, {}, "no"});
    world.analytics.answer("/health", {503, {}, "{}"});
    const auto verdict = world.profile.look();
    world.clickhouse.heal();
    world.analytics.heal();
    CHECK(verdict.critical() == "clickhouse");
    CHECK(verdict.skipped() == "analytics_server, analytics_server metrics");
    says(verdict, "clickhouse", "503");
}

TEST_CASE("profile fechatter: pages of metrics that are empty, or JSON") {
    auto& world = fechatter();
    world.notify_metrics.answer("/metrics", metrics_reply(""));
    world.bot_metrics.answer(
        "/metrics",
        metrics_reply("# TYPE bot_nats_events_received_total counter\n"
                      "bot_health_checks_total{status=\"healthy\"} 5\n"));
    world.analytics_metrics.answer("/metrics", json_reply(R"({"events":12})"));
    const auto verdict = world.profile.look();
    world.notify_metrics.heal();
    world.bot_metrics.heal();
    world.analytics_metrics.heal();
    CHECK(verdict.critical() ==
          "notify_server metrics, bot_server metrics, "
          "analytics_server metrics");
    CHECK(verdict.skipped() == "");
    says(verdict, "notify_server metrics", "notify_health_checks_total");
    says(verdict, "bot_server metrics", "bot_nats_events_received_total");
    says(verdict, "analytics_server metrics", "JSON");
}

TEST_CASE("profile fechatter: analytics has lost its subscription") {
    auto& world = fechatter();
    world.analytics_metrics.answer(
        "/metrics",
        metrics_reply("analytics_events_received_total 6\n"
                      "analytics_nats_subscription_active{subject=\"a\"} 1\n"
                      "analytics_nats_subscription_active{subject=\"b\"} 0\n"));
    const auto verdict = world.profile.look();
    world.analytics_metrics.heal();
    CHECK(verdict.critical() == "analytics_server metrics");
    says(verdict, "analytics_server metrics",
         "analytics_nats_subscription_active{subject=\"b\"}");
}

TEST_CASE("profile fechatter: nobody listens to NATS, and all say 200") {
    auto& world = fechatter();
    world.listeners.clear();
    world.await_clients(0);
    const auto verdict = world.profile.look();
    world.subscribe();
    CHECK(verdict.critical() == "nats messages, nats realtime");
    CHECK(verdict.skipped() == "");
    says(verdict, "nats messages",
         "0 subscribers of 'fechatter.messages.created'");
}

TEST_CASE("profile fechatter: notify listens to a subject that nothing has") {
    auto& world = fechatter();
    world.subscribe("fechatter.realtime.*");
    world.await_clients(3);
    const auto verdict = world.profile.look();
    world.subscribe();
    CHECK(verdict.critical() == "nats realtime");
}

TEST_CASE("profile fechatter: what says 200 is not OK while NATS is dead") {
    auto swaps = fechatter().swaps();
    swaps["127.0.0.1:4222"] = test::nobody();
    swaps["127.0.0.1:8222"] = test::nobody();
    const test::Profile profile{"fechatter.toml", swaps};
    Fechatter::give_secrets(profile);
    const auto verdict = profile.look();
    CHECK(verdict.critical() == "nats");
    CHECK(verdict.skipped() ==
          "nats messages, nats realtime, fechatter_server, fechatter_server "
          "metrics, "
          "notify_server, notify_server metrics, bot_server, "
          "bot_server metrics, analytics_server metrics");
    CHECK(verdict.exit_code() == 2);
    says(verdict, "nats", "refused");
}

TEST_CASE("profile fechatter: a wrong password of Redis, a withdrawn key") {
    auto& world = fechatter();
    world.profile.secret("redis", "not-the-password");
    world.provider.answer("/v1/models", json_reply(R"({"error":{}})", 401));
    const auto verdict = world.profile.look();
    world.profile.secret("redis", "fechatter-redis");
    world.provider.heal();
    CHECK(verdict.critical() == "redis, ai provider");
    CHECK(verdict.skipped() == "fechatter_server, fechatter_server metrics");
    says(verdict, "redis", "password");
    says(verdict, "ai provider", "401");
    CHECK(verdict.troubles().find("not-the-password") == std::string::npos);
}

TEST_CASE("profile fechatter: pgvector is missing") {
    auto& world = fechatter();
    auto& server = test::shared_postgres();
    const std::string mine =
        "SET allow_system_table_mods = on; UPDATE "
        "pg_extension SET extname = ";
    server.sql(world.database, mine + "'other' WHERE extname = 'vector'");
    const auto verdict = world.profile.look();
    server.sql(world.database, mine + "'vector' WHERE extname = 'other'");
    CHECK(verdict.critical() == "postgres");
    CHECK(verdict.skipped() ==
          "fechatter_server, fechatter_server readiness, "
          "fechatter_server metrics, bot_server, bot_server metrics");
    says(verdict, "postgres", "vector");
}

TEST_CASE("profile fechatter: at the stated ports nobody listens") {
    auto& world = fechatter();
    auto swaps = world.swaps();
    swaps["enabled = false\n"] = "\n";
    const test::Profile stated{"fechatter.toml", swaps};
    const auto verdict = stated.look({"--group", "stated"});
    CHECK(verdict.critical() ==
          "notify_server as stated, analytics_server as stated");
    says(verdict, "analytics_server as stated", "connect");
}

}  // namespace lark_batch
