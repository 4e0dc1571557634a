// Nothing around a run changes what its command came to.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/lark_run/commands.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::test {

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

const Arguments k_command{"/bin/sh", "-c", "echo done; exit 7"};

std::string nobody() {
    return "http://127.0.0.1:" + std::to_string(free_port());
}

}  // namespace

TEST_CASE("fault: metrics go under the task's own name, to its own group") {
    const Pushgateway gateway;
    const World world{gateway.url()};
    CHECK(run(wrapper(world, "backup-a", {}, {"true"})).exit_code == 0);
    CHECK(run(wrapper(world, "backup-b", {},
                      {"/bin/sh", "-c", "echo secret-argument; exit 7"}))
              .exit_code == 7);
    const std::string metrics = gateway.metrics();
    CHECK(has(metrics,
              "scheduled_task_executions_total{instance=\"\",job=\"lark-run-"
              "backup-a\",status=\"success\",task_name=\"backup-a\"} 1"));
    CHECK(has(metrics,
              "scheduled_task_last_exit_code{instance=\"\",job=\"lark-run-"
              "backup-b\",task_name=\"backup-b\"} 7"));
    CHECK_FALSE(has(metrics, "secret-argument"));
    CHECK_FALSE(has(metrics, "/bin/sh"));
}

TEST_CASE("fault: memory and CPU are those of the command, too") {
    const Pushgateway gateway;
    const World world{gateway.url()};
    CHECK(run(wrapper(world, "large", {"--output", "never"},
                      {"/bin/sh", "-c", "head -c 60M /dev/zero | tail -c 60M"}))
              .exit_code == 0);
    const std::string metrics = gateway.metrics();
    const std::string series =
        "scheduled_task_last_max_rss_bytes{instance=\"\",job=\"lark-run-"
        "large\",task_name=\"large\"} ";
    const auto at = metrics.find(series);
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(metrics.substr(at + series.size(), 20)) > 60e6);
}

TEST_CASE("fault: the gateway is down: a warning, and the command's code") {
    const World world{nobody()};
    const auto ended = run(wrapper(world, "x", {}, k_command));
    CHECK(ended.exit_code == 7);
    CHECK(ended.out == "done\n");
    CHECK(has(ended.err, "metrics were not pushed"));
    CHECK(world.last_run() == "failure|7");
}

TEST_CASE("fault: the database is down: the record waits, and is not lost") {
    World world;
    world.take_database_away();
    CHECK(run(wrapper(world, "x", {}, k_command)).exit_code == 7);
    CHECK(run(wrapper(world, "x", {}, {"true"})).exit_code == 0);
    CHECK_FALSE(read_file(world.state() / "lark-run-x.spool").empty());
    world.give_database_back();
    CHECK(run(wrapper(world, "x", {}, {"true"})).exit_code == 0);
    CHECK(world.sql("SELECT outcome, exit_code, stats ->> 'output_tail' FROM"
                    " lark_batch.task_runs ORDER BY started_at") ==
          "failure|7|done\nsuccess|0|\nsuccess|0|");
    CHECK(world.total("scheduled_task_executions_total", "success") == 2);
}

TEST_CASE("fault: database and gateway are down, or the schema is not ours") {
    World world{nobody()};
    world.take_database_away();
    CHECK(run(wrapper(world, "x", {}, k_command)).exit_code == 7);
    world.give_database_back();
    world.set_gateway("");
    world.sql("DELETE FROM lark_batch.schema_migrations");
    CHECK(run(wrapper(world, "x", {}, k_command)).exit_code == 7);
}

TEST_CASE("fault: the database goes away while the command runs") {
    World world;
    const auto go = world.file("go");
    Process running{wrapper(world, "x", {},
                            {"/bin/sh", "-c",
                             "echo on; while ! [ -e " + go.string() +
                                 " ]; do sleep 0.02; done; exit 7"})};
    wait_for("the command", [&] { return has(running.out(), "on"); });
    world.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        " application_name = 'lark-batch/lark-run' AND datname ="
        " current_database()");
    world.touch("go");
    const auto ended = running.wait(Milliseconds{20'000});
    REQUIRE(ended);
    CHECK(ended->exit_code == 7);
    CHECK(world.last_run() == "failure|7");
}

TEST_CASE("fault: a state folder that cannot be written stops no command") {
    World world;
    world.set_state("/proc/nothing/here");
    const auto ended = run(wrapper(world, "x", {}, k_command));
    CHECK(ended.exit_code == 7);
    CHECK(ended.out == "done\n");
    CHECK(has(ended.err, "without a record"));
}

TEST_CASE("fault: a full disk for spool and output stops no command") {
    World world;
    world.take_database_away();
    CHECK(run(wrapper(world, "x", {}, {"true"})).exit_code == 0);
    const auto spool = world.state() / "lark-run-x.spool";
    std::filesystem::remove(spool);
    std::filesystem::create_symlink("/dev/full", spool);
    const auto ended = run(wrapper(world, "x", {}, k_command));
    CHECK(ended.exit_code == 7);
    CHECK(has(ended.err, "the run's record is lost"));
    Command command = wrapper(world, "y", {}, k_command);
    command.argv.insert(command.argv.begin(),
                        {"/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh"});
    const auto full = run(command);
    CHECK(full.exit_code == 7);
    CHECK(has(full.err, "could not be passed on reason=\"No space left"));
}

}  // namespace lark_batch::test
