// A Lark Service stack for docs/examples/lark-service.toml: the service and
// Grafana are played, the Lark API is the sandbox, the rest is real.
#pragma once

#include <string>

#include "tests/healthcheck/broker.hpp"
#include "tests/healthcheck/played.hpp"
#include "tests/healthcheck/profile.hpp"
#include "tests/healthcheck/stack_prometheus.hpp"
#include "tests/support/alertmanager.hpp"
#include "tests/support/pushgateway.hpp"
#include "tests/support/sandbox.hpp"

namespace lark_batch::test {

// What its Prometheus evaluates: the watchdog.
inline constexpr const char* k_stack_rules =
    "groups:\n"
    "  - name: lark\n"
    "    rules:\n"
    "      - alert: Watchdog\n"
    "        expr: vector(1)\n";

struct LarkServiceStack {
    LarkServiceStack();

    // Until the broker is there, and Prometheus has found everything.
    void await() const;

    // Until Prometheus' list of targets that are down holds this text.
    void await_targets(const std::string& words) const;

    Swaps swaps() const;
    static void give_secrets(const Profile& to);

    std::string database;
    RabbitServer& rabbit;
    Sandbox sandbox;
    Pushgateway gateway{};
    Alertmanager alertmanager{};
    Played service;
    Played service_metrics;
    Played broker_api;
    Played broker_metrics;
    Played grafana;
    StackPrometheus prometheus;
    Profile profile;
};

// One for the binary, started by the first call. Call it early: broker and
// Prometheus, which looks for an Alertmanager every five seconds only, get
// ready while other tests run.
LarkServiceStack& lark_service_stack();

}  // namespace lark_batch::test
