#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/admin/fixture.hpp"

using namespace lark_batch;
using test::Admin;

namespace {

constexpr const char* k_three_runs = R"sql(
INSERT INTO lark_batch.task_runs VALUES
('11111111-1111-4111-8111-111111111111', 'sync_users', 'success', 0, 'timer',
 'host-a', 10, '0.1.0', '2026-01-22 02:15:40Z', '2026-01-22 02:16:10.5Z',
 '{"apps": 2}', NULL),
('22222222-2222-4222-8222-222222222222', 'sync_users', 'failure', 69,
 'manual', 'host-b', 11, '0.1.0', '2026-01-22 08:15:40Z',
 '2026-01-22 08:15:41Z', '{}', 'database: connection refused'),
('33333333-3333-4333-8333-333333333333', 'cleanup', NULL, NULL, 'cron',
 'host-a', 12, '0.1.0', now(), NULL, '{}', NULL))sql";

void fill(const Admin& admin) {
    REQUIRE(admin.run({"migrate"}).exit_code == 0);
    admin.sql(k_three_runs);
}

}  // namespace

TEST_CASE("runs: a table, the newest first") {
    const Admin admin;
    fill(admin);
    const auto shown = admin.run({"runs"});
    CHECK(shown.exit_code == 0);
    CHECK(shown.err == "");
    const auto third = shown.out.find("33333333  cleanup     running");
    const auto second = shown.out.find("22222222  sync_users  failure");
    const auto first = shown.out.find("11111111  sync_users  success");
    REQUIRE(first != std::string::npos);
    CHECK(third < second);
    CHECK(second < first);
    CHECK(shown.out.find("2026-01-22 02:15:40     30.5") != std::string::npos);
    CHECK(shown.out.find("database: connection refused") != std::string::npos);
}

TEST_CASE("runs: --task and --last choose") {
    const Admin admin;
    fill(admin);
    const auto one = admin.run({"runs", "--task", "sync_users", "--last", "1"});
    CHECK(one.out.find("22222222") != std::string::npos);
    CHECK(one.out.find("11111111") == std::string::npos);
    CHECK(one.out.find("33333333") == std::string::npos);
    CHECK(admin.run({"runs", "--task", "nobody's"}).out == "no runs\n");
    CHECK(admin.run({"runs", "--last", "0"}).exit_code == 64);
}

TEST_CASE("runs: --run shows one with the end of its output") {
    const Admin admin;
    fill(admin);
    admin.sql(
        "UPDATE lark_batch.task_runs SET stats = '{\"output_tail\":"
        " \"one\\ntwo\"}' WHERE task_name = 'sync_users'");
    CHECK(admin.run({"runs", "--run", "22222222"}).out ==
          "run      22222222-2222-4222-8222-222222222222\n"
          "task     sync_users\noutcome  failure, exit code 69\n"
          "started  2026-01-22 08:15:40 UTC, 1.0 s, trigger manual\n"
          "host     host-b, pid 11\n"
          "note     database: connection refused\n"
          "output, its end:\none\ntwo\n");
    CHECK(admin.run({"runs", "--run", "4444"}).out == "no runs\n");
    CHECK(admin.run({"runs", "--run", "%"}).exit_code == 64);
}

TEST_CASE("runs: --json has everything") {
    const Admin admin;
    fill(admin);
    const auto json = nlohmann::json::parse(admin.run({"runs", "--json"}).out);
    CHECK(json["schema_version"] == 1);
    CHECK(json["command"] == "runs");
    REQUIRE(json["runs"].size() == 3);
    CHECK(json["runs"][0]["outcome"].is_null());
    CHECK(json["runs"][0]["exit_code"].is_null());
    CHECK(json["runs"][1]["exit_code"] == 69);
    CHECK(json["runs"][1]["error"] == "database: connection refused");
    CHECK(json["runs"][2]["stats"]["apps"] == 2);
    CHECK(json["runs"][2]["seconds"] == 30.5);
    CHECK(json["runs"][2]["run_id"] == "11111111-1111-4111-8111-111111111111");
}

TEST_CASE("runs: the Pushgateway's password is not asked for") {
    Admin admin;
    admin.configure(
        "[pushgateway]\nuser = \"me\"\n"
        "password_file = \"/nonexistent/password\"\n");
    CHECK(admin.run({"migrate"}).exit_code == 0);
    CHECK(admin.run({"runs"}).out == "no runs\n");
    const auto checked = admin.run({"config", "check"});
    CHECK(checked.exit_code == 78);
    CHECK(checked.err.find("/nonexistent/password") != std::string::npos);
}

TEST_CASE("runs: a database without the schema is 78 with the way out") {
    const Admin admin;
    const auto refused = admin.run({"runs"});
    CHECK(refused.exit_code == 78);
    CHECK(refused.err.find("hint: run lark-admin migrate") !=
          std::string::npos);
}
