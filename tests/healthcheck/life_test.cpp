// What happens around the checks must never change what they say.
#include <doctest/doctest.h>

#include "tests/healthcheck/watched.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/wait.hpp"

using namespace lark_batch::test;

namespace {

namespace fs = std::filesystem;

Process start(const Watched& world, const Arguments& arguments = {}) {
    Arguments all{"--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return Process{world.health(all)};
}

Looked end_of(Process& process) {
    const auto ended = process.wait(Milliseconds{30'000});
    REQUIRE(ended);
    return looked(*ended);
}

void wait_until_asked(const Watched& world, const std::string& name) {
    wait_for("the question to " + name, [&] { return world.asked(name) > 0; });
}

const char* const k_slow = "timeout = \"20s\"\n";

}  // namespace

TEST_CASE("life: a run that looks is recorded as one") {
    Watched world;
    world.add("web");
    world.look_to(0);
    CHECK(world.last_run() == "success|0");
    world.fail("web");
    world.look_to(2);
    CHECK(world.last_run() == "success|2");
    world.look_to(2, {"--no-record"});
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs") == "2");
    CHECK(world.kept("web") == "critical|1");
}

TEST_CASE("life: the database is lost in the middle") {
    Watched world;
    world.add("slow", k_slow);
    world.add("bad");
    world.hang("slow");
    world.fail("bad");
    Process running = start(world);
    wait_until_asked(world, "slow");
    wait_until_asked(world, "bad");
    shared_postgres().sql("postgres",
                          "ALTER DATABASE " + world.database() +
                              " ALLOW_CONNECTIONS false; SELECT"
                              " pg_terminate_backend(pid) FROM pg_stat_activity"
                              " WHERE datname = '" +
                              world.database() + "'");
    running.signal(SIGTERM);
    const Looked one = end_of(running);
    CHECK(one.exit_code == 2);
    CHECK(one.state("bad") == "critical");
    CHECK(one.said("wait in the spool") == 1);
    for (const char* name : {"healthcheck.spool", "lark-healthcheck.spool"}) {
        CHECK_FALSE(read_file(world.state() / name).empty());
    }
    shared_postgres().sql("postgres", "ALTER DATABASE " + world.database() +
                                          " ALLOW_CONNECTIONS true");
    world.mend("slow");
    world.look_to(2);
    CHECK(world.results() == "bad|critical\nbad|critical\nslow|ok");
    CHECK(world.kept("bad") == "critical|2");
}

TEST_CASE("life: a database that never answers costs two seconds") {
    const auto silent = listen_on(0);
    Watched world;
    world.set_database_url("postgresql://app@127.0.0.1:" +
                           std::to_string(port_of(silent.get())) + "/x");
    world.add("web");
    world.fail("web");
    const auto ended = run(world.health({"--json"}));
    CHECK(ended.exit_code == 2);
    CHECK(ended.seconds < 6);
    CHECK(looked(ended).said("going on without the database") == 1);
    CHECK_FALSE(read_file(world.state() / "healthcheck.spool").empty());
}

TEST_CASE("life: rows that somebody holds cost nothing but time") {
    Watched world;
    world.add("web");
    world.look_to(0);
    Command psql;
    psql.argv = {PostgresServer::program("psql"), "-qXd",
                 shared_postgres().url(world.database()), "-c",
                 "BEGIN; LOCK TABLE lark_batch.check_results;"
                 " SELECT pg_sleep(60)"};
    Process holder{psql};
    wait_for("the lock", [&] {
        return world.sql(
                   "SELECT count(*) FROM pg_locks WHERE mode ="
                   " 'AccessExclusiveLock' AND granted AND relation ="
                   " 'lark_batch.check_results'::regclass") == "1";
    });
    Command command = world.health({"--json"});
    command.env = {{"LARK_BATCH_DATABASE_LOCK_TIMEOUT", "100ms"}};
    const Looked one = looked(run(command));
    CHECK(one.exit_code == 0);
    CHECK(one.said("wait in the spool") == 1);
    CHECK(world.last_run() == "success|0");
    world.sql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()");
    REQUIRE(holder.wait(Milliseconds{10'000}));
    world.look_to(0);
    CHECK(world.results() == "web|ok\nweb|ok\nweb|ok");
}

TEST_CASE("life: another run holds the lock: checks run, nothing is kept") {
    Watched world;
    world.add("slow", k_slow);
    world.add("web");
    world.hang("slow");
    Process first = start(world);
    wait_until_asked(world, "slow");
    world.fail("web");
    const Looked second = world.look_to(2, {"--check", "web"});
    CHECK(second.said("going on without a record") == 1);
    CHECK(second.state("web") == "critical");
    CHECK(world.results().empty());
    first.signal(SIGTERM);
    CHECK(end_of(first).exit_code == 3);
    CHECK(world.kept("web") == "ok|1");
}

TEST_CASE("life: a stop in the middle reports what was finished") {
    Watched world;
    world.add("slow", k_slow);
    world.add("web");
    world.add("child", "depends_on = [\"slow\"]\n");
    world.hang("slow");
    Process running = start(world);
    wait_until_asked(world, "slow");
    wait_until_asked(world, "child");
    wait_until_asked(world, "web");
    running.signal(SIGTERM);
    const Looked one = end_of(running);
    CHECK(one.exit_code == 3);
    CHECK(one.result.at("outcome") == "interrupted");
    CHECK(one.state("slow") == "unknown");
    CHECK(one.check("slow").at("finished") == false);
    CHECK(one.message("slow") == "not finished: stopped by signal 15");
    CHECK(one.state("child") == "ok");
    CHECK(world.results() == "child|ok\nweb|ok");
    CHECK(world.kept("slow").empty());
    CHECK(world.last_run() == "interrupted|3");
}

TEST_CASE("life: what was critical before a stop stays so") {
    Watched world;
    world.add("slow", k_slow);
    world.add("bad");
    world.hang("slow");
    world.fail("bad");
    Process running = start(world);
    wait_until_asked(world, "slow");
    wait_until_asked(world, "bad");
    running.signal(SIGTERM);
    CHECK(end_of(running).exit_code == 2);
    CHECK(world.results() == "bad|critical");
}

TEST_CASE("life: kill -9 in the middle loses nothing that was kept") {
    Watched world;
    world.add("web", "failure_threshold = 2\n");
    world.add("slow", k_slow);
    world.look_to(0);
    world.fail("web");
    world.look_to(0);
    world.hang("slow");
    Process running = start(world);
    wait_for("the question", [&] { return world.asked("slow") == 3; });
    running.kill9();
    world.mend("slow");
    const Looked one = world.look_to(2);
    CHECK(one.said("killed before it could record its end") == 1);
    CHECK(one.check("web").at("consecutive") == 2);
    CHECK(world.sql("SELECT count(*) FROM lark_batch.check_results") == "6");
}

TEST_CASE("life: a state folder that cannot be written costs one warning") {
    Watched world;
    world.add("web");
    world.fail("web");
    world.set_state("/proc/nothing/here");
    const Looked one = world.look_to(2);
    CHECK(one.said(" warning ") == 1);
    CHECK(one.said("going on without a record") == 1);
}

TEST_CASE("life: a disk that is full costs a warning, and the database knows") {
    Watched world;
    world.add("web");
    world.look_to(0);
    // Nothing can be written beside it: its temporary file is a folder.
    fs::remove(world.state() / "healthcheck.state");
    fs::create_directory(world.state() / "healthcheck.state");
    world.fail("web");
    const Looked one = world.look_to(2);
    CHECK(one.said("are not kept in their file") == 1);
    CHECK(world.kept("web") == "critical|1");
}

TEST_CASE("life: disabled is 75, and no service is asked") {
    Watched world;
    world.add("web");
    world.set_sections("[tasks.healthcheck]\nenabled = false\n");
    world.look_to(75);
    CHECK(world.asked("web") == 0);
}

TEST_CASE("life: a gateway that is down costs no state") {
    Watched world{"http://127.0.0.1:1"};
    world.add("web");
    const Looked one = world.look_to(0);
    CHECK(one.said(" warning ") > 0);
    CHECK(world.kept("web") == "ok|1");
}

TEST_CASE("life: a thousand checks are one run and a second") {
    Watched world;
    for (int i = 0; i < 1'000; ++i) {
        world.add("service " + std::to_string(i));
    }
    world.fail("service 7");
    const auto ended = run(world.health({"--json"}));
    MESSAGE("1000 checks took " << ended.seconds << " s, " << ended.max_rss_kib
                                << " KiB");
    CHECK(ended.exit_code == 2);
    CHECK(world.sql("SELECT count(*), count(*) FILTER (WHERE state = 'ok')"
                    " FROM lark_batch.check_results") == "1000|999");
    CHECK(world.sql("SELECT count(*) FROM lark_batch.check_states") == "1000");
}

TEST_CASE("life: a check with `every` is not asked before its time") {
    Watched world;
    world.add("rare", "every = \"1h\"\n");
    world.add("web");
    world.fail("rare");
    world.look_to(2);
    const Looked second = world.look_to(2);
    CHECK(second.check("rare").at("carried") == true);
    CHECK(second.state("rare") == "critical");
    CHECK(world.asked("rare") == 1);
    CHECK(world.asked("web") == 2);
    CHECK(world.results() == "rare|critical\nweb|ok\nweb|ok");
    world.sql(
        "UPDATE lark_batch.check_states SET checked_at = checked_at -"
        " interval '2h'");
    fs::remove(world.state() / "healthcheck.state");
    world.mend("rare");
    world.look_to(0);
    CHECK(world.asked("rare") == 2);
    world.look_to(0, {"--no-record"});
    CHECK(world.asked("rare") == 3);
}

TEST_CASE("life: what depends on a check that is down is kept as skipped") {
    Watched world;
    world.add("network");
    world.add("web", "depends_on = [\"network\"]\n");
    world.look_to(0);
    world.fail("network");
    world.fail("web");
    const Looked one = world.look_to(2);
    CHECK(one.state("web") == "skipped");
    CHECK(world.kept("web") == "ok|1");
    CHECK(world.sql("SELECT state, message FROM lark_batch.check_results"
                    " WHERE check_name = 'web' ORDER BY checked_at DESC"
                    " LIMIT 1") == "skipped|needs 'network', which is down");
}
