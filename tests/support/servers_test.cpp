#include <doctest/doctest.h>

#include "tests/support/http_get.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/prometheus.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::test {

TEST_CASE("ports: never the same twice, and nobody listens there") {
    const int first = free_port();
    CHECK(free_port() != first);
    CHECK_FALSE(listening(first));
    const auto listener = listen_on(first);
    CHECK(listening(first));
}

TEST_CASE("postgres: databases, text and errors") {
    auto& server = shared_postgres();
    const auto name = server.create_database();
    server.sql(name, "CREATE TABLE t AS SELECT 1 AS a, 'x''y' AS b");
    CHECK(server.sql(name, "TABLE t; TABLE t") == "1|x'y\n1|x'y");
    const auto copy = server.create_database(name);
    CHECK(server.sql(copy, "SELECT count(*) FROM t") == "1");
    server.drop_database(copy);
    CHECK_THROWS(server.sql(copy, "SELECT 1"));
    CHECK_THROWS(server.sql(name, "SELECT nothing; SELECT 1"));
}

TEST_CASE("postgres: what was committed outlives every kind of end") {
    auto& server = shared_postgres();
    const auto name = server.create_database();
    server.sql(name, "CREATE TABLE t (a int)");
    const auto check = [&](const std::string& count) {
        CHECK_FALSE(listening(server.port()));
        server.start();
        CHECK(server.sql(name, "SELECT count(*) FROM t") == count);
    };
    server.sql(name, "INSERT INTO t VALUES (1)");
    server.stop();
    check("1");
    server.sql(name, "INSERT INTO t VALUES (1)");
    server.stop(PostgresServer::Stop::immediate);
    check("2");
    server.sql(name, "INSERT INTO t VALUES (1)");
    server.kill9();
    check("3");
}

TEST_CASE("prometheus: it sees what the gateway holds") {
    Pushgateway gateway;
    const Prometheus prometheus{gateway.url()};
    const auto pushed =
        http_request("POST", gateway.url() + "/metrics/job/x", "a_total 5\n");
    CHECK(pushed.status == 200);
    // Its first look at its targets comes up to 5 s after the start.
    CHECK(until([&] { return prometheus.value("a_total{job=\"x\"}") == 5.0; },
                std::chrono::seconds{20}));
    CHECK_FALSE(prometheus.value("nothing"));
    gateway.stop();
    gateway.start();
    CHECK(gateway.metrics().find("a_total{instance=\"\",job=\"x\"} 5") !=
          std::string::npos);
}

}  // namespace lark_batch::test
