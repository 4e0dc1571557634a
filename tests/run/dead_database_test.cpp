// A database that is not there, does not want us, or is not ours.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/run/world.hpp"
#include "tests/support/postgres.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

// A role that must give its password; the server trusts everybody else.
std::string url_with_password(const World& world) {
    static const bool ready = [] {
        PostgresServer& server = shared_postgres();
        const auto rules = server.folder() / "data/pg_hba.conf";
        const std::string others = read_file(rules);
        std::ofstream{rules} << "host all guarded 127.0.0.1/32 scram-sha-256\n"
                             << others;
        server.sql("postgres",
                   "CREATE ROLE guarded LOGIN PASSWORD 'the-right-one';"
                   "SELECT pg_reload_conf()");
        return true;
    }();
    static_cast<void>(ready);
    return "postgresql://guarded@127.0.0.1:" +
           std::to_string(shared_postgres().port()) + "/" + world.database();
}

}  // namespace

TEST_CASE("the database is down at the start: 69, a hint, and it is spooled") {
    World world;
    world.take_database_away();
    const auto ended = world.stub();
    CHECK(ended.exit_code == 69);
    CHECK(ended.out.empty());
    CHECK(has(ended.err, "lark-stub: database: "));
    CHECK(has(ended.err, "hint: check that PostgreSQL runs"));
    CHECK_FALSE(read_file(world.state() / "lark-stub.spool").empty());
    world.give_database_back();
    CHECK(world.stub().exit_code == 0);
    CHECK(world.total("scheduled_task_executions_total", "failure") == 1);
    CHECK(world.total("scheduled_task_executions_total", "success") == 1);
    CHECK(world.sql("SELECT outcome, exit_code FROM lark_batch.task_runs"
                    " ORDER BY started_at") == "failure|69\nsuccess|0");
}

TEST_CASE("the file lock works without a database") {
    World world;
    Process holding = world.start_stub(
        {"--started", world.file("on"), "--wait-for", world.file("go")});
    wait_for("the job's begin",
             [&] { return std::filesystem::exists(world.file("on")); });
    world.take_database_away();
    const auto loser = world.stub();
    CHECK(loser.exit_code == 75);
    CHECK(has(loser.err, "pid " + std::to_string(holding.pid())));
    world.touch("go");
    REQUIRE(holding.wait(Milliseconds{10'000}));
    world.give_database_back();
    CHECK(world.stub().exit_code == 0);
    CHECK(world.total("scheduled_task_skipped_total", "overlap") == 1);
}

TEST_CASE("an empty database: 78, and the hint is lark-admin migrate") {
    World world;
    world.set_database_url(
        shared_postgres().url(shared_postgres().create_database()));
    const auto ended = world.stub();
    CHECK(ended.exit_code == 78);
    CHECK(has(ended.err, "at version 0"));
    CHECK(has(ended.err, "hint: run lark-admin migrate"));
}

TEST_CASE("the schema of another release: 78, and nothing is done") {
    const World world;
    world.sql(
        "DELETE FROM lark_batch.schema_migrations WHERE version ="
        " (SELECT max(version) FROM lark_batch.schema_migrations)");
    const auto older = world.stub({"--started", world.file("on")});
    CHECK(older.exit_code == 78);
    CHECK(has(older.err, "hint: run lark-admin migrate"));
    world.sql("INSERT INTO lark_batch.schema_migrations (version) VALUES (99)");
    const auto newer = world.stub({"--started", world.file("on")});
    CHECK(newer.exit_code == 78);
    CHECK(has(newer.err, "at version 99"));
    CHECK(has(newer.err, "hint: install the newer programs"));
    CHECK_FALSE(std::filesystem::exists(world.file("on")));
}

TEST_CASE("a database or a role that does not exist: 78 with a hint") {
    World world;
    world.set_database_url(shared_postgres().url("nothing_here"));
    const auto database = world.stub();
    CHECK(database.exit_code == 78);
    CHECK(has(database.err, "hint: check user, password and database name"));
    world.set_database_url("postgresql://stranger@127.0.0.1:" +
                           std::to_string(shared_postgres().port()) + "/x");
    CHECK(world.stub().exit_code == 78);
}

TEST_CASE("a wrong password: 78, and neither it nor the right one is shown") {
    World world;
    world.set_database_url(url_with_password(world));
    const auto none = world.stub();
    CHECK(none.exit_code == 78);
    CHECK(has(none.err, "hint: check user, password and database name"));
    Command command = world.command("lark-stub", {"--log-level", "debug"});
    command.env = {
        {"LARK_BATCH_DATABASE_PASSWORD_FILE", world.file("password").string()}};
    std::ofstream{world.file("password")} << "hunter2-wrong\n";
    std::filesystem::permissions(world.file("password"),
                                 std::filesystem::perms{0600});
    const auto wrong = run(command);
    CHECK(wrong.exit_code == 78);
    CHECK(has(wrong.err, "password authentication failed"));
    CHECK_FALSE(has(wrong.err + wrong.out, "hunter2-wrong"));
}

TEST_CASE("a role without rights: 78, and the hint says how to grant them") {
    World world;
    world.set_database_url(url_with_password(world));
    Command command = world.command("lark-stub");
    command.env = {
        {"LARK_BATCH_DATABASE_PASSWORD_FILE", world.file("password").string()}};
    std::ofstream{world.file("password")} << "the-right-one\n";
    std::filesystem::permissions(world.file("password"),
                                 std::filesystem::perms{0600});
    const auto ended = run(command);
    CHECK(ended.exit_code == 78);
    CHECK(has(ended.err, "hint: grant the role its rights"));
}

TEST_CASE("errors of statements never quote what rows hold") {
    const World world;
    const std::string table =
        "CREATE TEMP TABLE t (a text PRIMARY KEY, b int CHECK (b < 5))";
    for (const char* statement :
         {"INSERT INTO pg_temp.t VALUES ('zhang.wei', 1), ('zhang.wei', 2)",
          "INSERT INTO pg_temp.t VALUES ('zhang.wei', 7)",
          "INSERT INTO pg_temp.t VALUES ('x', 'zhang.wei'::text::int)",
          "INSERT INTO pg_temp.t SELECT ('{\"a\": \"zhang.wei' || i || '}')"
          "::jsonb, 1 FROM generate_series(1, 2) i",
          "SELECT 'zhang.wei'::text::timestamptz"}) {
        CAPTURE(statement);
        const auto ended =
            world.stub({"--sql", table, "--sql", statement, "--json"});
        CHECK(ended.exit_code == 1);
        CHECK(has(ended.err, "SQLSTATE 2"));
        CHECK_FALSE(has(ended.err + ended.out, "zhang.wei"));
    }
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs"
                    " WHERE strpos(error, 'zhang') > 0") == "0");
}
