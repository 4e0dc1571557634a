// docs/examples/lark-service.toml, healthy and broken.
#include <doctest/doctest.h>

#include "tests/healthcheck/lark_service_stack.hpp"
#include "tests/support/postgres.hpp"

namespace lark_batch {

namespace {

using test::json_reply;
using test::metrics_reply;

constexpr const char* k_broken_rules =
    "groups:\n"
    "  - name: lark\n"
    "    rules:\n"
    "      - alert: Watchdog\n"
    "        expr: vector(1)\n"
    "      - record: twice\n"
    "        expr: up * on () up\n";

test::LarkServiceStack& stack() {
    static const bool ready = (test::lark_service_stack().await(), true);
    REQUIRE(ready);
    return test::lark_service_stack();
}

void says(const test::Verdict& verdict, const std::string& check,
          const std::string& words) {
    const auto message = verdict.message(check);
    CHECK_MESSAGE(message.find(words) != std::string::npos,
                  check << " says '" << message << "', not '" << words << "'");
}

}  // namespace

TEST_CASE("profile lark-service: healthy is OK in every check") {
    const auto verdict = stack().profile.look();
    CHECK(verdict.troubles() == "");
    CHECK(verdict.exit_code() == 0);
    const auto asked = stack().broker_api.requests();
    REQUIRE(!asked.empty());
    // monitoring:monitoring-of-the-test
    CHECK(asked.back().header("authorization") ==
          "Basic bW9uaXRvcmluZzptb25pdG9yaW5nLW9mLXRoZS10ZXN0");
}

TEST_CASE("profile lark-service: the service serves nothing any more") {
    auto& world = stack();
    world.service.answer("/health", {503, {}, "starting"});
    const auto verdict = world.profile.look({"--group", "service"});
    world.service.heal();
    CHECK(verdict.critical() == "lark service");
    CHECK(verdict.skipped() == "lark service metrics");
    CHECK(verdict.exit_code() == 2);
    says(verdict, "lark service", "503");
}

TEST_CASE("profile lark-service: healthy by its own word, without metrics") {
    auto& world = stack();
    world.service_metrics.answer("/metrics", metrics_reply(""));
    const auto verdict = world.profile.look({"--group", "service"});
    world.service_metrics.heal();
    CHECK(verdict.critical() == "lark service metrics");
    says(verdict, "lark service metrics", "lark_service_http_requests_total");
}

TEST_CASE("profile lark-service: Grafana answers 200 with a dead database") {
    auto& world = stack();
    world.grafana.answer("/api/health", json_reply(R"({"database":"failed"})"));
    const auto verdict = world.profile.look({"--check", "grafana"});
    world.grafana.heal();
    CHECK(verdict.critical() == "grafana");
    says(verdict, "grafana", "/database is 'failed'");
}

TEST_CASE("profile lark-service: the broker blocks, and its backlog grows") {
    auto& world = stack();
    world.broker_api.answer("/api/health/checks/alarms",
                            json_reply(R"({"status":"failed"})", 503));
    world.broker_metrics.answer(
        "/metrics", metrics_reply("rabbitmq_identity_info 1\n"
                                  "rabbitmq_connections 2\n"
                                  "rabbitmq_queue_messages 10001\n"));
    const auto verdict = world.profile.look({"--group", "broker"});
    world.broker_api.heal();
    world.broker_metrics.heal();
    CHECK(verdict.critical() == "rabbitmq alarms, rabbitmq metrics");
    says(verdict, "rabbitmq alarms", "503");
    says(verdict, "rabbitmq metrics", "10001");
}

TEST_CASE("profile lark-service: the broker refuses the password: one alarm") {
    auto& world = stack();
    world.profile.secret("rabbitmq", "not-the-password");
    const auto verdict = world.profile.look({"--group", "broker"});
    world.profile.secret("rabbitmq", test::k_lark_password);
    CHECK(verdict.critical() == "rabbitmq");
    CHECK(verdict.skipped() == "rabbitmq alarms, rabbitmq metrics");
    CHECK(verdict.troubles().find("not-the-password") == std::string::npos);
}

TEST_CASE("profile lark-service: a queue that nobody consumes") {
    auto& world = stack();
    auto swaps = world.swaps();
    swaps["enabled = false\n"] = "\n";
    const test::Profile named{"lark-service.toml", swaps};
    world.give_secrets(named);
    const auto verdict = named.look({"--group", "broker"});
    CHECK(verdict.critical() == "rabbitmq queues");
    says(verdict, "rabbitmq queues", "consumers");
    says(verdict, "rabbitmq queues", "lark.tasks");
}

TEST_CASE("profile lark-service: the Lark API refuses the app's secret") {
    auto& world = stack();
    world.profile.secret("lark-service-app", "not-the-secret");
    const auto verdict = world.profile.look({"--check", "lark api"});
    world.profile.secret("lark-service-app", "sandbox-secret");
    CHECK(verdict.critical() == "lark api");
    CHECK(verdict.troubles().find("not-the-secret") == std::string::npos);
}

TEST_CASE("profile lark-service: targets that are down are named") {
    auto& world = stack();
    world.broker_metrics.answer("/metrics", {503, {}, ""});
    world.await_targets("rabbitmq");
    const auto verdict = world.profile.look({"--group", "monitoring"});
    world.broker_metrics.heal();
    world.await_targets("\"result\":[]");
    CHECK(verdict.critical() == "prometheus targets");
    says(verdict, "prometheus targets", "rabbitmq");
}

TEST_CASE("profile lark-service: rules that fail, or are not there") {
    auto& world = stack();
    world.prometheus.reload("groups: []\n");
    const auto none = world.profile.look({"--check", "prometheus rules"});
    CHECK(none.critical() == "prometheus rules");
    world.prometheus.reload(k_broken_rules);
    test::wait_for("a rule to fail", [&] {
        return world.prometheus.get("/api/v1/rules").find("\"err\"") !=
               std::string::npos;
    });
    const auto broken = world.profile.look({"--check", "prometheus rules"});
    world.prometheus.reload(test::k_stack_rules);
    CHECK(broken.critical() == "prometheus rules");
    says(broken, "prometheus rules", "/data/groups/0/rules/1");
}

TEST_CASE("profile lark-service: no alarm arrives without an Alertmanager") {
    auto& world = stack();
    world.alertmanager.stop();
    const auto verdict = world.profile.look({"--group", "monitoring"});
    world.alertmanager.start();
    CHECK(verdict.critical() == "alertmanager");
    CHECK(verdict.skipped() == "alert path");
    says(verdict, "alertmanager", "connect");
}

TEST_CASE("profile lark-service: a task of ours that does not succeed") {
    auto& world = stack();
    auto& server = test::shared_postgres();
    server.sql(world.database,
               "UPDATE lark_batch.task_runs SET started_at = started_at - "
               "interval '30 days', finished_at = finished_at - interval "
               "'30 days' WHERE task_name = 'sync_users'");
    const auto verdict = world.profile.look({"--group", "tasks"});
    server.sql(world.database,
               "UPDATE lark_batch.task_runs SET started_at = now(), "
               "finished_at = now() WHERE task_name = 'sync_users'");
    CHECK(verdict.critical() == "our tasks");
    says(verdict, "our tasks", "sync_users");
}

TEST_CASE("profile lark-service: without its database, one alarm") {
    auto& world = stack();
    auto swaps = world.swaps();
    const std::string nowhere = "postgresql://app@" + test::nobody() + "/lark";
    swaps["postgresql://lark_batch@127.0.0.1:5432/lark_batch"] = nowhere;
    swaps["postgresql://lark_service@127.0.0.1:5432/lark_service"] = nowhere;
    const test::Profile profile{"lark-service.toml", swaps};
    world.give_secrets(profile);
    const auto verdict =
        profile.look({"--group", "database", "--group", "tasks"});
    CHECK(verdict.critical() == "postgres");
    CHECK(verdict.skipped() == "our tasks");
}

}  // namespace lark_batch
