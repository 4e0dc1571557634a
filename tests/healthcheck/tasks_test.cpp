// The kind `tasks`: what our own database says of our other programs.
#include <doctest/doctest.h>

#include "tests/healthcheck/fixture.hpp"
#include "tests/run/world.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::Finished;
using lark_batch::test::World;

// One world for all, without runs at the beginning of each.
World& fresh_world() {
    static World world;
    world.sql("TRUNCATE lark_batch.task_runs");
    world.set_more("");
    world.give_database_back();
    return world;
}

// A run that began and ended so long ago; without an outcome it is open.
void add_run(const World& world, const std::string& task,
             const std::string& outcome, const std::string& ago) {
    world.sql(
        "INSERT INTO lark_batch.task_runs (run_id, task_name, outcome,"
        " trigger, host, pid, version, started_at, finished_at)"
        " VALUES (gen_random_uuid(), '" +
        task + "', NULLIF('" + outcome +
        "', ''), 'timer', 'h', 1, '1',"
        " now() - interval '" +
        ago + "', CASE WHEN '" + outcome + "' <> '' THEN now() - interval '" +
        ago + "' END)");
}

// The state's exit code and what was printed.
std::string look_at(const World& world,
                    const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"tasks", "--format", "plugin"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished seen =
        lark_batch::test::run(world.command("lark-healthcheck", words));
    return std::to_string(seen.exit_code) + " " + seen.out + seen.err;
}

}  // namespace

TEST_CASE("tasks: those that ever ran must have succeeded lately") {
    const World& world = fresh_world();
    CHECK(has(look_at(world), "no task of ours has ever run"));
    add_run(world, "sync_users", "success", "2 hours");
    const std::string well = look_at(world);
    CHECK(well.starts_with("0 "));
    CHECK(has(well, "sync_users 2h ago"));
    CHECK(!has(well, "cleanup"));
    add_run(world, "cleanup", "success", "27 hours");
    add_run(world, "cleanup", "failure", "3 hours");
    const std::string late = look_at(world);
    CHECK(late.starts_with("2 "));
    CHECK(has(late,
              "cleanup succeeded 27h ago, 26h is the limit, its last "
              "run ended as failure"));
}

TEST_CASE("tasks: a failure after a success is a WARNING until it is old") {
    const World& world = fresh_world();
    add_run(world, "check_tokens", "success", "2 hours");
    add_run(world, "check_tokens", "partial", "1 hour");
    add_run(world, "check_tokens", "skipped", "10 minutes");
    const std::string seen = look_at(world);
    CHECK(seen.starts_with("1 "));
    CHECK(has(seen,
              "check_tokens succeeded 2h ago, its last run ended as "
              "partial"));
}

TEST_CASE("tasks: a named task that never succeeded is CRITICAL") {
    const World& world = fresh_world();
    add_run(world, "sync_users", "failure", "1 hour");
    const std::string seen =
        look_at(world, {"--tasks", "sync_users", "--tasks", "cleanup"});
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen,
              "sync_users has never succeeded, its last run ended as "
              "failure"));
    CHECK(has(seen, "cleanup has never succeeded"));
}

TEST_CASE("tasks: a run that is open beyond its time limit hangs") {
    World& world = fresh_world();
    add_run(world, "sync_users", "success", "3 hours");
    add_run(world, "sync_users", "", "50 minutes");
    CHECK(look_at(world).starts_with("0 "));
    world.set_more("[tasks.sync_users]\ntimeout = '30m'\nlock_wait = '1s'\n");
    const std::string seen = look_at(world);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen,
              "a run of sync_users began 50m ago and has not ended, 30m "
              "is its limit"));
}

TEST_CASE("tasks: a disabled task is not looked at") {
    World& world = fresh_world();
    add_run(world, "sync_users", "success", "3 days");
    CHECK(look_at(world).starts_with("2 "));
    world.set_more("[tasks.sync_users]\nenabled = false\n");
    CHECK(has(look_at(world), "no task of ours has ever run"));
}

TEST_CASE("tasks: with another schedule another age is too old") {
    World& world = fresh_world();
    world.set_more("[tasks.cleanup]\nschedule = \"0 3 * * 0\"\n");
    add_run(world, "cleanup", "success", "7 days");
    CHECK(look_at(world).starts_with("0 "));
    world.set_more("[tasks.cleanup]\nsuccess_max_age = \"6d\"\n");
    CHECK(has(look_at(world), "6d is the limit"));
    world.set_more("");
}

TEST_CASE("tasks: somebody else's task needs an age") {
    const World& world = fresh_world();
    add_run(world, "nightly", "success", "5 hours");
    CHECK(has(look_at(world, {"--tasks", "a@b@c"}), "must be a task's name"));
    CHECK(has(look_at(world, {"--tasks", "nightly"}),
              "none of our programs' tasks"));
    CHECK(look_at(world, {"--tasks", "nightly", "--max-age", "6h"})
              .starts_with("0 "));
    CHECK(look_at(world, {"--tasks", "nightly", "--max-age", "4h"})
              .starts_with("2 "));
}

TEST_CASE("tasks: of a task that is dealt out every shard is looked at") {
    const World& world = fresh_world();
    add_run(world, "sync_users", "success", "3 days");
    add_run(world, "sync_users@1of2", "success", "20 hours");
    add_run(world, "sync_users@1of3", "success", "2 hours");
    add_run(world, "sync_users@3of3", "success", "1 hour");
    const std::string seen = look_at(world);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "sync_users@2of3 has never succeeded"));
    CHECK(has(seen, "sync_users@1of3 2h ago"));
    CHECK(!has(seen, "of2"));
    CHECK(!has(seen, "sync_users 3d ago"));
    CHECK(look_at(world, {"--tasks", "sync_users@1of3"}).starts_with("0 "));
}

TEST_CASE("tasks: what a person runs by hand changes no layout") {
    const World& world = fresh_world();
    add_run(world, "sync_users@1of1", "success", "2 hours");
    add_run(world, "sync_users", "failure", "1 hour");
    world.sql(
        "UPDATE lark_batch.task_runs SET trigger = 'manual'"
        " WHERE task_name = 'sync_users'");
    CHECK(look_at(world).starts_with("0 "));
    world.sql("UPDATE lark_batch.task_runs SET trigger = 'manual'");
    CHECK(has(look_at(world), "sync_users has never succeeded"));
}

TEST_CASE("tasks: with a shard for each app, each enabled app has one") {
    World& world = fresh_world();
    world.set_more(
        "[[app]]\nname = 'hr'\napp_id = 'cli_a1'\n"
        "[[app]]\nname = 'crm'\napp_id = 'cli_a2'\n"
        "[[app]]\nname = 'old'\napp_id = 'cli_a3'\nenabled = false\n");
    add_run(world, "sync_users@hr", "success", "2 hours");
    add_run(world, "sync_users@gone", "success", "3 days");
    const std::string seen = look_at(world);
    CHECK(has(seen, "sync_users@crm has never succeeded"));
    CHECK(has(seen, "sync_users@hr 2h ago"));
    CHECK(!has(seen, "old"));
    CHECK(!has(seen, "gone"));
}

TEST_CASE("tasks: our own database down is CRITICAL, not an accident") {
    World& world = fresh_world();
    world.take_database_away();
    const std::string seen = look_at(world);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "Connection refused"));
}

}  // namespace lark_batch::healthcheck::test
