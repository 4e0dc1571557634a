#include "tests/healthcheck/lark_service_stack.hpp"

#include "tests/support/postgres.hpp"

namespace lark_batch::test {

namespace {

constexpr const char* k_service_metrics =
    "lark_service_http_requests_total{method=\"GET\"} 12\n"
    "lark_service_http_request_duration_seconds_count 12\n";

constexpr const char* k_broker_metrics =
    "rabbitmq_identity_info{rabbitmq_node=\"rabbit@lark\"} 1\n"
    "rabbitmq_connections 2\n"
    "rabbitmq_queue_messages 7\n";

std::string own_database() {
    auto& server = shared_postgres();
    const auto name = server.create_database();
    server.sql(name, "\\i '" LARK_BATCH_SCHEMA "'");
    server.sql(
        name,
        "INSERT INTO lark_batch.task_runs (run_id, task_name, outcome, "
        "trigger, host, pid, version, started_at, finished_at) "
        "SELECT gen_random_uuid(), task, 'success', 'timer', 'elsewhere', 1, "
        "'1', now() - interval '5 minutes', now() - interval '4 minutes' "
        "FROM unnest(ARRAY['sync_users', 'check_tokens', 'cleanup']) task");
    return name;
}

}  // namespace

LarkServiceStack::LarkServiceStack()
    : database(own_database()),
      rabbit(broker()),
      sandbox({"--users", "5", "--departments", "2"}),
      service({{"/health", {200, {}, "OK\n"}}}),
      service_metrics({{"/metrics", metrics_reply(k_service_metrics)}}),
      broker_api(
          {{"/api/health/checks/alarms", json_reply(R"({"status":"ok"})")}}),
      broker_metrics({{"/metrics", metrics_reply(k_broker_metrics)}}),
      grafana(
          {{"/api/health", json_reply(R"({"database":"ok","version":"9"})")}}),
      prometheus({{"lark-service", service_metrics.address()},
                  {"rabbitmq", broker_metrics.address()},
                  {"pushgateway", loopback(gateway.port())}},
                 k_stack_rules, loopback(alertmanager.port())),
      profile("lark-service.toml", swaps()) {
    give_secrets(profile);
}

void LarkServiceStack::give_secrets(const Profile& to) {
    to.secret("postgres", "unused");
    to.secret("rabbitmq", k_lark_password);
    to.secret("rabbitmq-monitoring", "monitoring-of-the-test");
    to.secret("lark-service-app", "sandbox-secret");
}

void LarkServiceStack::await() const {
    rabbit.await();
    wait_for("the stack to be healthy", [&] {
        return profile.look({"--group", "monitoring"}).exit_code() == 0;
    });
}

void LarkServiceStack::await_targets(const std::string& words) const {
    wait_for("Prometheus to see " + words, [&] {
        return prometheus.get("/api/v1/query?query=up%3D%3D0").find(words) !=
               std::string::npos;
    });
}

Swaps LarkServiceStack::swaps() const {
    const std::string url = shared_postgres().url(database);
    return {
        {"postgresql://lark_batch@127.0.0.1:5432/lark_batch", url},
        {"postgresql://lark_service@127.0.0.1:5432/lark_service", url},
        {"app_id = \"cli_a0000000000000\"",
         "app_id = \"cli_sandbox0000000\"\nbase_url = \"" + sandbox.url() +
             "\""},
        {"127.0.0.1:5672", loopback(rabbit.port())},
        {"127.0.0.1:15672", broker_api.address()},
        {"127.0.0.1:15692", broker_metrics.address()},
        {"127.0.0.1:8000", service.address()},
        {"127.0.0.1:9090", service_metrics.address()},
        {"127.0.0.1:9091", loopback(prometheus.port())},
        {"127.0.0.1:9093", loopback(alertmanager.port())},
        {"127.0.0.1:9095", loopback(gateway.port())},
        {"127.0.0.1:3000", grafana.address()},
        // Whatever disk this test runs on.
        {"crit = \"90\"", "crit = \"100\""},
        {"warn = \"80\"", "warn = \"100\""},
    };
}

LarkServiceStack& lark_service_stack() {
    static LarkServiceStack only;
    return only;
}

}  // namespace lark_batch::test
