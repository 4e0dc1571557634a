#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "lib/db/schema.hpp"
#include "tests/admin/fixture.hpp"

using namespace lark_batch;
using test::Admin;

namespace {

const std::string k_at_version =
    "schema is at version " + std::to_string(db::k_schema_version) + "\n";

// How many migrations a program says that it applied.
int applied_in(const std::string& out) {
    int count = 0;
    for (auto at = out.find("applied "); at != std::string::npos;
         at = out.find("applied ", at + 1)) {
        ++count;
    }
    return count;
}

bool has_schema(const Admin& admin) {
    return admin.sql("SELECT to_regnamespace('lark_batch') IS NOT NULL") == "t";
}

std::string unique_role(const Admin& admin, const std::string& name) {
    std::string role = name + "_" + admin.database();
    admin.sql("CREATE ROLE \"" + role + "\" LOGIN");
    return role;
}

}  // namespace

TEST_CASE("migrate: an empty database gets the schema, and is told about it") {
    const Admin admin;
    const auto done = admin.run({"migrate"});
    CHECK(done.exit_code == 0);
    CHECK(done.out.starts_with("applied 0001 foundation\n"));
    CHECK(done.out.ends_with(k_at_version));
    CHECK(done.err == "");
    CHECK(admin.sql("SELECT version, name, length(checksum), applied_by, "
                    "product_version FROM lark_batch.schema_migrations "
                    "WHERE version = 1") ==
          "1|foundation|16|app|" LARK_BATCH_VERSION);
}

TEST_CASE("migrate: a second time there is nothing to do") {
    const Admin admin;
    REQUIRE(admin.run({"migrate"}).exit_code == 0);
    const auto before = admin.sql("TABLE lark_batch.schema_migrations");
    const auto again = admin.run({"migrate"});
    CHECK(again.exit_code == 0);
    CHECK(again.out == k_at_version);
    CHECK(admin.sql("TABLE lark_batch.schema_migrations") == before);
}

TEST_CASE("migrate: a dry run tells the plan and writes nothing") {
    const Admin admin;
    const auto done = admin.run({"migrate", "--dry-run"});
    CHECK(done.exit_code == 0);
    CHECK(done.out.starts_with("would apply 0001 foundation\n"));
    CHECK(done.out.find("schema would be at version") != std::string::npos);
    CHECK_FALSE(has_schema(admin));
}

TEST_CASE("migrate: two at once apply every migration once") {
    const Admin admin;
    test::Process one{admin.command({"migrate"})};
    test::Process two{admin.command({"migrate"})};
    const auto first = one.wait(std::chrono::seconds{30});
    const auto second = two.wait(std::chrono::seconds{30});
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->exit_code == 0);
    CHECK(second->exit_code == 0);
    CHECK(first->out.ends_with(k_at_version));
    CHECK(second->out.ends_with(k_at_version));
    CHECK(applied_in(first->out) + applied_in(second->out) ==
          db::k_schema_version);
    CHECK(admin.sql("SELECT count(*) FROM lark_batch.schema_migrations") ==
          std::to_string(db::k_schema_version));
}

TEST_CASE("migrate: the second waits, and says what for") {
    const Admin admin;
    auto holder = test::Command{};
    holder.argv = {test::PostgresServer::program("psql"), "-X", "-q",
                   admin.url()};
    holder.argv.insert(holder.argv.end(),
                       {"-c",
                        "SET application_name = 'holder'; BEGIN; "
                        "SELECT pg_advisory_xact_lock(1818325611, 1); "
                        "SELECT pg_sleep(60)"});
    test::Process blocker{holder};
    const auto sleeps = [&] {
        return admin.sql(
                   "SELECT count(*) FROM pg_stat_activity WHERE "
                   "application_name = 'holder' AND wait_event = "
                   "'PgSleep'") == "1";
    };
    test::wait_for("the lock's holder", sleeps);
    test::Process waiting{admin.command({"migrate"})};
    test::wait_for("the notice", [&] {
        return waiting.err().find("waiting for another migration") !=
               std::string::npos;
    });
    CHECK_FALSE(has_schema(admin));
    admin.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'holder'");
    const auto done = waiting.wait(std::chrono::seconds{30});
    REQUIRE(done);
    CHECK(done->exit_code == 0);
    CHECK(has_schema(admin));
}

TEST_CASE("migrate: a changed text, a gap and a newer database are refused") {
    const Admin admin;
    REQUIRE(admin.run({"migrate"}).exit_code == 0);
    std::string words;
    SUBCASE("changed") {
        admin.sql(
            "UPDATE lark_batch.schema_migrations SET checksum = 'x' "
            "WHERE version = 1");
        words = "migration 0001 'foundation' was applied with another text";
    }
    SUBCASE("gap") {
        admin.sql(
            "DELETE FROM lark_batch.schema_migrations "
            "WHERE version = 1; INSERT INTO "
            "lark_batch.schema_migrations VALUES "
            "(0, 'zero', 'x', now(), 'app', '0')");
        words = "the database lacks migration 0001 but has 0000";
    }
    SUBCASE("newer") {
        admin.sql(
            "INSERT INTO lark_batch.schema_migrations "
            "VALUES (99, 'later', 'x', now(), 'app', '9.9')");
        words = "the database schema is at version 99";
    }
    for (const std::string flag : {"--json", "--dry-run"}) {
        const auto refused = admin.run({"migrate", flag});
        CHECK(refused.exit_code == 78);
        CHECK(refused.out == "");
        CHECK(refused.err.find(words) != std::string::npos);
        CHECK(refused.err.find("\nhint: ") != std::string::npos);
    }
}

TEST_CASE("migrate: a failing migration leaves nothing behind") {
    const Admin admin;
    // In the way of the first migration, and noticed late in it.
    admin.sql(
        "CREATE SCHEMA lark_batch; "
        "CREATE TABLE lark_batch.task_runs (a int)");
    const auto failed = admin.run({"migrate"});
    CHECK(failed.exit_code == 1);
    CHECK(failed.err.find("already exists") != std::string::npos);
    CHECK(admin.sql("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
                    "relnamespace = to_regnamespace('lark_batch')") == "1");
}

TEST_CASE("migrate: a role without DDL gets what the programs need") {
    Admin admin;
    const std::string role = unique_role(admin, "worker");
    const auto done = admin.run({"migrate", "--grant-to", role});
    CHECK(done.exit_code == 0);
    CHECK(done.out.find("granted the rights of the programs to " + role) !=
          std::string::npos);
    const std::string as_role = "SET ROLE \"" + role + "\"; ";
    CHECK_NOTHROW(admin.sql(
        as_role +
        "CREATE TEMPORARY TABLE t (LIKE lark_batch.users); "
        "INSERT INTO lark_batch.directory_changes "
        "(run_id, app, kind, object_id, action) VALUES "
        "(gen_random_uuid(), 'a', 'user', 'x', 'created'); "
        "UPDATE lark_batch.users SET state = state; "
        "DELETE FROM lark_batch.memberships; "
        "SELECT FROM lark_batch.current_users, "
        "lark_batch.current_departments, lark_batch.schema_migrations"));
    const std::vector<std::pair<std::string, const char*>> refused{
        {"CREATE TABLE lark_batch.t ()", "permission denied"},
        {"DROP TABLE lark_batch.users", "must be owner"},
        {"ALTER TABLE lark_batch.users ADD x int", "must be owner"},
        {"DELETE FROM lark_batch.schema_migrations", "permission denied"}};
    for (const auto& [statement, words] : refused) {
        CHECK_THROWS_WITH_AS(admin.sql(as_role + statement),
                             doctest::Contains(words), std::runtime_error);
    }
    // Tables of later migrations, made by the same owner, are covered.
    admin.sql("CREATE TABLE lark_batch.later (a int)");
    CHECK_NOTHROW(admin.sql(as_role + "SELECT FROM lark_batch.later"));

    admin.configure("", role);
    CHECK(admin.run({"runs"}).exit_code == 0);
    CHECK(admin.run({"migrate"}).out == k_at_version);
}

TEST_CASE("migrate: a role that does not exist is named") {
    const Admin admin;
    const auto failed = admin.run({"migrate", "--grant-to", "nobody's"});
    CHECK(failed.exit_code == 78);
    CHECK(failed.err.find("no role 'nobody's'") != std::string::npos);
    CHECK(failed.err.find("CREATE ROLE \"nobody's\" LOGIN") !=
          std::string::npos);
}

TEST_CASE("migrate: a dry run of grants writes nothing") {
    const Admin admin;
    const std::string role = unique_role(admin, "rehearsed");
    REQUIRE(admin.run({"migrate"}).exit_code == 0);
    CHECK(admin.run({"migrate", "--dry-run", "--grant-to", role}).exit_code ==
          0);
    CHECK(admin.sql("SELECT has_schema_privilege('" + role +
                    "', 'lark_batch', 'USAGE')") == "f");
}

TEST_CASE("migrate: --json is one object") {
    const Admin admin;
    const auto done = admin.run({"migrate", "--json"});
    REQUIRE(done.exit_code == 0);
    const auto json = nlohmann::json::parse(done.out);
    CHECK(json["schema_version"] == 1);
    CHECK(json["dry_run"] == false);
    CHECK(json["version"] == db::k_schema_version);
    CHECK(json["applied"].size() == db::k_schema_version);
    CHECK(json["applied"][0]["name"] == "foundation");
}

TEST_CASE("migrate: a database that is down is 69, a wrong one is 78") {
    Admin admin;
    admin.dir().write("lark-batch.toml",
                      "[database]\nurl = \"postgresql://app@127.0.0.1:1/x\"\n");
    CHECK(admin.run({"migrate"}).exit_code == 69);
    const Admin absent{"no_such_database"};
    CHECK(absent.run({"migrate"}).exit_code == 78);
}
