// Groups of metrics on a real Pushgateway.
#include <doctest/doctest.h>

#include <filesystem>

#include "lib/errors/error.hpp"
#include "tests/cleanup/cleanup_world.hpp"
#include "tests/run/samples.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/pushgateway.hpp"
#include "tools/lark-cleanup/gateway_groups.hpp"

using namespace lark_batch;
using namespace lark_batch::test;
using cleanup::Group;
using cleanup::is_stale;
using std::chrono::hours;

namespace {

constexpr const char* k_only = "pushgateway_groups";

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

void push(const Pushgateway& gateway, const std::string& group) {
    const auto answer =
        http_request("POST", gateway.url() + "/metrics/job/" + group,
                     "scheduled_task_last_exit_code 0\n");
    REQUIRE(answer.status == 200);
}

}  // namespace

TEST_CASE("groups: ours with a job alone are read from the gateway's answer") {
    const auto groups = cleanup::parse_groups(R"({"data": [
        {"labels": {"job": "lark-old"}, "push_time_seconds":
            {"metrics": [{"labels": {}, "value": "1.5e+09"}]},
         "scheduled_task_last_exit_code": {"metrics": []}},
        {"labels": {"job": "lark-bot"}, "push_time_seconds":
            {"metrics": [{"labels": {}, "value": "1.5e+09"}]},
         "messages_total": {"metrics": []}},
        {"labels": {"job": "lark-old", "instance": "a"}, "push_time_seconds":
            {"metrics": [{"labels": {}, "value": "1.5e+09"}]},
         "scheduled_task_last_exit_code": {"metrics": []}},
        {"labels": {"job": "backup"}, "push_time_seconds":
            {"metrics": [{"labels": {}, "value": "1.5e+09"}]},
         "scheduled_task_last_exit_code": {"metrics": []}},
        {"labels": {"job": "lark-untimed"},
         "scheduled_task_last_exit_code": {"metrics": []}}]})");
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].job == "lark-old");
    CHECK(groups[0].pushed_at == 1.5e9);
    for (const char* wrong : {"", "<html>", "{}", R"({"data": 1})"}) {
        CHECK_THROWS_AS(cleanup::parse_groups(wrong), errors::Error);
    }
}

TEST_CASE("groups: a week for unknown programs, the retention for ours") {
    const auto now = clock::system_clock().now();
    const auto pushed = [&](const char* job, hours ago) {
        return Group{job, clock::unix_seconds(now - ago)};
    };
    const hours month{24 * 30};
    CHECK(is_stale(pushed("lark-old", hours{24 * 8}), now, month));
    CHECK_FALSE(is_stale(pushed("lark-old", hours{24 * 6}), now, month));
    CHECK(is_stale(pushed("lark-old", hours{24 * 6}), now, hours{24}));
    CHECK_FALSE(is_stale(pushed("lark-report", hours{24 * 29}), now, month));
    CHECK(is_stale(pushed("lark-report", hours{24 * 31}), now, month));
    for (const char* job : {"lark-sync-users@2of4", "lark-run-backup"}) {
        CHECK_FALSE(is_stale(pushed(job, hours{24 * 29}), now, month));
        CHECK(is_stale(pushed(job, hours{24 * 31}), now, month));
    }
    CHECK(is_stale(pushed("lark-old@1of2", hours{24 * 8}), now, month));
}

TEST_CASE("stale groups of ours are deleted, those of others never") {
    const Pushgateway gateway;
    CleanupWorld world{gateway.url()};
    for (const char* group :
         {"lark-gone", "lark-report", "backup", "lark-gone/instance/a"}) {
        push(gateway, group);
    }
    CHECK(world.clean_to(0, {"--only", k_only}).eligible(k_only) == 0);
    world.set_more("[cleanup.retention]\npushgateway_groups = '1ms'\n");
    CHECK(world.clean_to(0, {"--dry-run", "--only", k_only}).eligible(k_only) >=
          2);
    CHECK(has(gateway.metrics(), "job=\"lark-report\""));
    const Cleaned cleaned = world.clean_to(0, {"--only", k_only});
    CHECK(cleaned.deleted(k_only) >= 2);
    CHECK(cleaned.backlog(k_only) == 0);
    const std::string metrics = gateway.metrics();
    CHECK_FALSE(has(metrics, "instance=\"\",job=\"lark-gone\""));
    CHECK_FALSE(has(metrics, "job=\"lark-report\""));
    CHECK(has(metrics, "instance=\"a\",job=\"lark-gone\""));
    CHECK(has(metrics, "job=\"backup\""));
}

TEST_CASE(
    "a gateway that is down fails its class: exit 3, the others are done") {
    CleanupWorld world{"http://127.0.0.1:" + std::to_string(free_port())};
    world.add_tokens(2, "9 days");
    const Cleaned cleaned = world.clean_to(3);
    CHECK(cleaned.deleted("tokens_expired") == 2);
    CHECK(has(cleaned.of(k_only)["error"]["message"], "does not answer"));
    CHECK(world.clean_to(69, {"--only", k_only}).exit_code == 69);
}

TEST_CASE("the gateway is asked with the name and password that pushes use") {
    HttpServer gateway{[](const HttpRequest& request) {
        Reply reply;
        reply.body = request.method == "GET" ? R"({"data": []})" : "";
        reply.status =
            request.header("authorization") == "Basic Y2xlYW5lcjpwbGFudGVk"
                ? 200
                : 401;
        return reply;
    }};
    CleanupWorld world;
    const auto password = world.dir().write("password", "planted");
    std::filesystem::permissions(password, std::filesystem::perms{0600});
    world.set_gateway(gateway.url() +
                      "\"\nuser = \"cleaner\"\npassword_file = \"" +
                      password.string());
    const Cleaned cleaned = world.clean({"--only", k_only});
    CAPTURE(cleaned.err);
    CHECK(cleaned.exit_code == 0);
    CHECK_FALSE(has(cleaned.err, "planted"));
    CHECK(gateway.requests().size() >= 3);
}

TEST_CASE("gauges and counters of every class reach the gateway") {
    const Pushgateway gateway;
    const CleanupWorld world{gateway.url()};
    world.add_tokens(5, "9 days");
    world.sql(
        "UPDATE lark_batch.tokens SET hold = true WHERE subject ="
        " 'ou_1'");
    world.clean_to(0, {"--max-rows", "3"});
    const Arguments expired{"class=\"tokens_expired\""};
    std::string metrics = gateway.metrics();
    CHECK(sample(metrics, "lark_cleanup_backlog", expired) == 1);
    CHECK(sample(metrics, "lark_cleanup_held", expired) == 1);
    CHECK(sample(metrics, "lark_cleanup_deleted_total", expired) == 3);
    CHECK(sample(metrics, "lark_cleanup_deleted_total",
                 {"class=\"notices\""}) == 0);
    CHECK(sample(metrics, "scheduled_task_last_records",
                 {"outcome=\"deleted\""}) == 3);
    // A run of one class keeps what is known of the others.
    world.clean_to(0, {"--only", "notices"});
    metrics = gateway.metrics();
    CHECK(sample(metrics, "lark_cleanup_backlog", expired) == 1);
    CHECK(sample(metrics, "lark_cleanup_deleted_total", expired) == 3);
}
