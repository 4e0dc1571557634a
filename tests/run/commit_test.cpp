// The connection to the database is lost at the worst moments.
#include <doctest/doctest.h>

#include "tests/run/stages.hpp"
#include "tests/support/postgres.hpp"

using namespace lark_batch::test;

namespace {

constexpr const char* k_sync = "lark-batch/lark-sync-users";

std::string server(const std::string& sql) {
    return shared_postgres().sql("postgres", sql);
}

void wait_for_session(const std::string& application_name,
                      const std::string& wait_event) {
    wait_for("a session in " + wait_event, [&] {
        return server(
                   "SELECT count(*) FROM pg_stat_activity WHERE"
                   " application_name = '" +
                   application_name + "' AND wait_event = '" + wait_event +
                   "'") == "1";
    });
}

// From now on every COMMIT is done at once and answered never.
class SilentCommits {
public:
    SilentCommits() { set("SET synchronous_standby_names = 'nobody'"); }
    ~SilentCommits() { end(); }
    SilentCommits(const SilentCommits&) = delete;
    SilentCommits& operator=(const SilentCommits&) = delete;

    void end() { set("RESET synchronous_standby_names"); }

private:
    static void set(const std::string& what) {
        server("ALTER SYSTEM " + what);
        server("SELECT pg_reload_conf()");
        const std::string wanted = what.starts_with("SET") ? "nobody" : "";
        wait_for("the new setting", [&] {
            return server("SHOW synchronous_standby_names") == wanted;
        });
    }
};

// Ends a session that waits for the answer to its COMMIT. The server is
// through with it only when other commits are answered again: cleaning up
// is a commit as well.
void end_silent_session(const std::string& application_name) {
    wait_for_session(application_name, "SyncRep");
    const auto log = shared_postgres().log();
    const auto before = read_file(log).size();
    server(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        " wait_event = 'SyncRep' AND application_name = '" +
        application_name + "'");
    wait_for("the end of the wait", [&] {
        return read_file(log).find("canceling the wait for synchronous",
                                   before) != std::string::npos;
    });
}

Finished end_of(Process& process) {
    const auto ended = process.wait(std::chrono::seconds{30});
    REQUIRE(ended);
    return *ended;
}

}  // namespace

TEST_CASE("the connection is lost while staging: 69, the next run repairs") {
    SyncWorld world;
    REQUIRE(world.sync().exit_code == 0);
    world.change_company();
    const std::string before = world.fingerprint();
    world.slow_down("/open-apis/contact/v3/users/find_by_department", 700);
    Process sync = world.start_sync();
    wait_for("the reading", [&] { return world.was_slowed(); });
    end_sessions(world.database(), k_sync);
    const auto ended = end_of(sync);
    CAPTURE(ended.err);
    CHECK(ended.exit_code == 69);
    CHECK(ended.err.find("hint: ") != std::string::npos);
    CHECK(world.last_run() == "failure|69");
    CHECK(world.fingerprint() == before);
    CHECK(world.repair());
}

TEST_CASE("lost in the middle of the switch: 69, nothing half-written") {
    HeldSync held{"switch"};
    SyncWorld& world = held.world();
    end_sessions(world.database(), k_sync);
    const auto ended = end_of(held.process());
    CHECK(ended.exit_code == 69);
    CHECK(world.last_run() == "failure|69");
    CHECK(world.fingerprint() == held.before());
    held.let_go();
    CHECK(world.repair());
}

TEST_CASE("committed, but the answer was lost: the run finds out and is good") {
    HeldSync held{"switch"};
    SyncWorld& world = held.world();
    SilentCommits silent;
    held.let_go();
    end_silent_session(k_sync);
    silent.end();
    const auto ended = end_of(held.process());
    CAPTURE(ended.err);
    CHECK(ended.exit_code == 0);
    CHECK(world.last_run() == "success|0");
    CHECK(world.total("scheduled_task_executions_total", "success") == 2);
    CHECK(world.sql("SELECT count(DISTINCT run_id) FROM"
                    " lark_batch.directory_changes") == "2");
    CHECK(world.fingerprint() != held.before());
    CHECK(world.repair());
}

TEST_CASE("lost before the commit was done: 69, and the next run repairs") {
    HeldSync held{"switch"};
    SyncWorld& world = held.world();
    world.sql(
        "CREATE FUNCTION lark_batch.nap() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER nap AFTER INSERT OR UPDATE"
        " ON lark_batch.app_state DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION lark_batch.nap()");
    held.let_go();
    wait_for_session(k_sync, "PgSleep");
    end_sessions(world.database(), k_sync);
    const auto ended = end_of(held.process());
    CAPTURE(ended.err);
    CHECK(ended.exit_code == 69);
    CHECK(world.last_run() == "failure|69");
    CHECK(world.fingerprint() == held.before());
    world.sql("DROP TRIGGER nap ON lark_batch.app_state");
    CHECK(world.repair());
}

TEST_CASE("the answer to the run's own record is lost: it counts once") {
    const World world;
    Process stub = world.start_stub(
        {"--started", world.file("on"), "--wait-for", world.file("go")});
    wait_for("the job's begin",
             [&] { return std::filesystem::exists(world.file("on")); });
    {
        SilentCommits silent;
        world.touch("go");
        end_silent_session("lark-batch/lark-stub");
    }
    CHECK(end_of(stub).exit_code == 0);
    CHECK(world.last_run() == "success|0");
    CHECK(world.total("scheduled_task_executions_total") == 1);
    CHECK(read_file(world.state() / "lark-stub.spool") == "");
}
