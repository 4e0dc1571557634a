#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tests/admin/fixture.hpp"

using namespace lark_batch;
using test::Admin;

namespace {

constexpr const char* k_registry = R"(
timezone = "Asia/Shanghai"
[tasks.cleanup]
enabled = false
[tasks.nightly_export_of_people]
schedule = "30 1 * * mon-fri"
timezone = "Europe/Berlin"
command = ["true"]
[tasks.by_hand]
)";

constexpr const char* k_runs = R"sql(
INSERT INTO lark_batch.task_runs VALUES
('11111111-1111-4111-8111-111111111111', 'sync_users', 'success', 0, 'timer',
 'host-a', 10, '0.1.0', '2026-01-22 02:15:40Z', '2026-01-22 02:16:10Z',
 '{}', NULL),
('22222222-2222-4222-8222-222222222222', 'sync_users', 'failure', 69,
 'manual', 'host-b', 11, '0.1.0', '2026-01-22 08:15:40Z',
 '2026-01-22 08:15:41Z', '{}', 'database: connection refused'),
('33333333-3333-4333-8333-333333333333', 'sync_users@2of4', 'success', 0,
 'cron', 'host-a', 12, '0.1.0', '2026-01-22 08:00:00Z', '2026-01-22 08:01:00Z',
 '{}', NULL),
('44444444-4444-4444-8444-444444444444', 'old_job', NULL, NULL, 'cron',
 'host-a', 12, '0.1.0', '2026-01-20 08:00:00Z', NULL, '{}', NULL),
('55555555-5555-4555-8555-555555555555', 'healthcheck', 'skipped', 75, 'timer',
 'host-a', 12, '0.1.0', '2026-01-22 08:05:00Z', '2026-01-22 08:05:00Z', '{}',
 'disabled');
INSERT INTO lark_batch.task_pauses VALUES
('sync_users', '2099-12-01 00:00Z', 'database moves house', '2026-01-01 00:00Z'),
('healthcheck', NULL, '', '2026-01-02 00:00Z'),
('check_tokens', '2026-01-02 00:00Z', 'is over', '2026-01-01 00:00Z'))sql";

void fill(Admin& admin) {
    admin.configure(k_registry);
    REQUIRE(admin.run({"migrate"}).exit_code == 0);
    admin.sql(k_runs);
}

nlohmann::json by_name(const std::string& text) {
    const nlohmann::json whole = nlohmann::json::parse(text);
    nlohmann::json tasks;
    for (const auto& task : whole.at("tasks")) {
        tasks[task.at("task").get<std::string>()] = task;
    }
    return tasks;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string line_of(const std::string& table, const std::string& name) {
    for (const std::string& line : text::split(table, '\n')) {
        if (line.starts_with(name + " ")) {
            return line;
        }
    }
    return {};
}

}  // namespace

TEST_CASE("tasks list: for a person, in 100 columns") {
    Admin admin;
    fill(admin);
    const auto shown = admin.run({"tasks", "list"});
    CHECK(shown.exit_code == 0);
    CHECK(shown.err == "");
    CAPTURE(shown.out);
    for (const std::string& line : text::split(shown.out, '\n')) {
        CHECK(text::display_width(line) <= 100);
    }
    CHECK(has(line_of(shown.out, "check_tokens"), "  yes "));
    CHECK(has(line_of(shown.out, "cleanup"), "  no "));
    CHECK(has(line_of(shown.out, "healthcheck"), "  no, paused "));
    const std::string sync = line_of(shown.out, "sync_users");
    CHECK(has(sync, "  no, until   every 6 "));
    CHECK(has(sync, "  2026-01-22 16:15"));
    CHECK(has(shown.out, " failure, exit 69 "));
    CHECK(has(shown.out, " good 2026-01-22 10:16 "));
    CHECK(has(shown.out, " 08:00 CST "));
    CHECK(has(line_of(shown.out, "sync_users@2of4"), "a part of"));
    CHECK(has(line_of(shown.out, "old_job"), "not in the"));
    CHECK(has(shown.out, "  running"));
    CHECK(has(shown.out, "  never  "));
    CHECK(has(shown.out,
              "\nsync_users is disabled since 2026-01-01 08:00: "
              "database moves house\n"));
    CHECK_FALSE(has(shown.out, "is over"));
}

TEST_CASE("tasks list: for a program") {
    Admin admin;
    fill(admin);
    const auto json = admin.run({"tasks", "list", "--json"});
    const auto whole = nlohmann::json::parse(json.out);
    CHECK(whole.at("schema_version") == 1);
    CHECK(whole.at("command") == "tasks list");
    CHECK(whole.at("database_asked") == true);
    const auto tasks = by_name(json.out);
    CHECK(tasks.size() == 8);
    const auto& sync = tasks.at("sync_users");
    CHECK(sync.at("enabled") == false);
    CHECK(sync.at("pause").at("until") == "2099-12-01T08:00:00+08:00");
    CHECK(sync.at("pause").at("reason") == "database moves house");
    CHECK(sync.at("schedule") == "0 */6 * * *");
    CHECK(sync.at("program") == "lark-sync-users");
    CHECK(sync.at("last_run").at("outcome") == "failure");
    CHECK(sync.at("last_run").at("exit_code") == 69);
    CHECK(sync.at("last_success") == "2026-01-22T10:16:10+08:00");
    CHECK(sync.at("next_runs").size() == 3);
    CHECK(tasks.at("sync_users@2of4").at("pause").is_object());
    CHECK(tasks.at("check_tokens").at("pause").is_null());
    CHECK(tasks.at("check_tokens").at("enabled") == true);
    CHECK(tasks.at("check_tokens").at("last_run").is_null());
    CHECK(tasks.at("cleanup").at("enabled") == false);
    const auto& custom = tasks.at("nightly_export_of_people");
    CHECK(custom.at("schedule_in_words") ==
          "Monday to Friday at 01:30, Europe/Berlin");
    CHECK(custom.at("program") == "lark-run");
    CHECK(has(custom.at("next_runs")[0], "T01:30:00+0"));
    CHECK(tasks.at("by_hand").at("schedule").is_null());
    CHECK(tasks.at("by_hand").at("next_runs").empty());
    CHECK(tasks.at("old_job").at("configured") == false);
    CHECK(tasks.at("old_job").at("last_run").at("outcome").is_null());
}

TEST_CASE("tasks list: without its database the last runs are unknown") {
    const Admin admin{"not_there"};
    const auto shown = admin.run({"tasks", "list"});
    CHECK(shown.exit_code == 0);
    CHECK(has(line_of(shown.out, "sync_users"), "  unknown  "));
    CHECK(has(shown.err, "last runs and pauses are unknown"));
    CHECK(std::ranges::count(shown.err, '\n') == 1);
    const auto json =
        nlohmann::json::parse(admin.run({"tasks", "list", "--json"}).out);
    CHECK(json.at("database_asked") == false);
    CHECK(json.at("tasks")[0].at("last_run").is_null());
}
