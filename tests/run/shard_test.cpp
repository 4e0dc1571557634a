// One configuration, its apps dealt out: each shard is a task of its own.
#include <doctest/doctest.h>

#include <optional>

#include "lib/db/connection.hpp"
#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/pushgateway.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/wait.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

constexpr const char* k_executions = "scheduled_task_executions_total";

class ShardWorld : public World {
public:
    ShardWorld()
        : m_sandbox({"--users", "30", "--departments", "4", "--app",
                     "cli_played_hr:planted", "--app",
                     "cli_played_crm:planted"}) {
        set_gateway(m_gateway.url());
        dir().write("secret", "planted\n");
        std::filesystem::permissions(file("secret"),
                                     std::filesystem::perms{0600});
        dir().write("key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
        std::filesystem::permissions(file("key"), std::filesystem::perms{0600});
        set_more("[[token_key]]\nid = 'k1'\nsecret_file = '" +
                 file("key").string() + "'\n" + app("hr") + app("crm"));
    }

    Finished sync(const std::string& shard) const {
        return run(command("lark-sync-users", {"--shard", shard}));
    }
    Process start(const std::string& shard) const {
        return Process{command("lark-sync-users", {"--shard", shard})};
    }
    // Newest first: "task|outcome ...".
    std::string runs() const {
        return sql(
            "SELECT string_agg(task_name || '|' || coalesce(outcome, ''), ' '"
            " ORDER BY started_at DESC) FROM lark_batch.task_runs");
    }
    std::string people_of(const std::string& app) const {
        return sql("SELECT count(*) FROM lark_batch.users WHERE app = '" + app +
                   "'");
    }
    std::optional<double> executions(const std::string& shard,
                                     const std::string& status) const {
        return sample(m_gateway.metrics(), k_executions,
                      {"job=\"lark-sync-users@" + shard + "\"",
                       "task_name=\"sync_users@" + shard + "\"",
                       "status=\"" + status + "\""});
    }

    std::optional<double> people_gauge(const std::string& shard,
                                       const std::string& app) const {
        return sample(
            m_gateway.metrics(), "lark_sync_users_objects",
            {"job=\"lark-sync-users@" + shard + "\"", "app=\"" + app + "\"",
             "kind=\"user\"", "state=\"active\""});
    }

private:
    std::string app(const std::string& name) const {
        return "[[app]]\nname = '" + name + "'\napp_id = 'cli_played_" + name +
               "'\napp_secret_file = '" + file("secret").string() +
               "'\nbase_url = '" + m_sandbox.url() + "'\n";
    }

    Pushgateway m_gateway;
    Sandbox m_sandbox;
};

// Lets no run write what became of that app, until it dies.
class HeldApp {
public:
    HeldApp(const World& world, const std::string& app)
        : m_world(&world), m_session(settings_of(world)) {
        m_session.execute(
            "BEGIN; SELECT FROM lark_batch.app_state WHERE app = '" + app +
            "' FOR UPDATE");
    }
    bool has_victim() const {
        return m_world->sql(
                   "SELECT count(*) FROM pg_locks JOIN pg_stat_activity"
                   " USING (pid) WHERE NOT granted AND datname ="
                   " current_database()") != "0";
    }

private:
    static db::Settings settings_of(const World& world) {
        db::Settings settings;
        settings.url = shared_postgres().url(world.database());
        return settings;
    }

    const World* m_world;
    db::Connection m_session;
};

}  // namespace

TEST_CASE("shards: two run side by side, each with its own record and totals") {
    const ShardWorld world;
    REQUIRE(world.sync("hr").exit_code == 0);
    CHECK(world.people_of("hr") == "30");
    CHECK(world.people_of("crm") == "0");
    std::optional<HeldApp> held{std::in_place, world, "hr"};
    Process waiting = world.start("hr");
    wait_for("the first shard's write", [&] { return held->has_victim(); });
    // The other one is not kept out, and does not take the first for dead.
    CHECK(world.sync("crm").exit_code == 0);
    CHECK(world.runs() ==
          "sync_users@crm|success sync_users@hr| sync_users@hr|success");
    // The same one is kept out.
    const Finished second = world.sync("hr");
    CHECK(second.exit_code == 75);
    CHECK(second.err.find("another run of 'sync_users@hr'") !=
          std::string::npos);
    held.reset();
    CHECK(waiting.wait(std::chrono::seconds{20})->exit_code == 0);
    CHECK(world.people_of("crm") == "30");
    CHECK(world.executions("hr", "success") == 2);
    CHECK(world.executions("crm", "success") == 1);
    CHECK(world.executions("crm", "failure") == 0);
    const Finished listed =
        run(world.command("lark-admin", {"runs", "--task", "sync_users"}));
    CHECK(listed.out.find("sync_users@crm") != std::string::npos);
    // What is told of single apps is told once.
    CHECK(world.people_gauge("hr", "hr") == 30);
    CHECK(world.people_gauge("crm", "crm") == 30);
    CHECK_FALSE(world.people_gauge("hr", "crm"));
}

TEST_CASE("shards: together they are the whole, an empty one is a success") {
    const ShardWorld world;
    // Two apps: one of three shards has none, at least.
    for (const std::string shard : {"1/3", "2of3", "3/3"}) {
        CHECK(world.sync(shard).exit_code == 0);
        CHECK(run(world.command("lark-check-tokens", {"--shard", shard}))
                  .exit_code == 0);
    }
    CHECK(world.people_of("hr") == "30");
    CHECK(world.people_of("crm") == "30");
    CHECK(world.runs() ==
          "check_tokens@3of3|success sync_users@3of3|success "
          "check_tokens@2of3|success sync_users@2of3|success "
          "check_tokens@1of3|success sync_users@1of3|success");
    CHECK(world.executions("2of3", "success") == 1);
    CHECK(std::filesystem::exists(world.state() / "sync_users@1of3.lock"));
    CHECK(world.sync("4/3").exit_code == 64);
}

TEST_CASE("shards: a shard waits in a spool of its own") {
    ShardWorld world;
    REQUIRE(world.sync("hr").exit_code == 0);
    world.take_database_away();
    CHECK(world.sync("hr").exit_code == 69);
    CHECK(world.sync("crm").exit_code == 69);
    CHECK(std::filesystem::exists(world.state() / "lark-sync-users@crm.spool"));
    world.give_database_back();
    CHECK(world.sync("crm").exit_code == 0);
    CHECK(world.executions("crm", "failure") == 1);
    CHECK(world.executions("hr", "failure") == 0);
    CHECK(world.sync("hr").exit_code == 0);
    CHECK(world.executions("hr", "failure") == 1);
}

TEST_CASE("shards: a task's pause holds its shards, a shard's only itself") {
    const ShardWorld world;
    world.sql(
        "INSERT INTO lark_batch.task_pauses (task_name) VALUES"
        " ('sync_users@hr')");
    CHECK(world.sync("hr").exit_code == 75);
    CHECK(world.sync("crm").exit_code == 0);
    world.sql("UPDATE lark_batch.task_pauses SET task_name = 'sync_users'");
    CHECK(world.sync("crm").exit_code == 75);
}
