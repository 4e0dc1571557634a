#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/admin/fixture.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/pushgateway.hpp"
#include "tests/support/sandbox.hpp"

using namespace lark_batch;
using test::Admin;

namespace {

std::string app(const test::Sandbox& sandbox, const std::string& name,
                const std::string& id, const std::string& variable) {
    return "[[app]]\nname = \"" + name + "\"\napp_id = \"" + id +
           "\"\napp_secret_env = \"" + variable + "\"\nbase_url = \"" +
           sandbox.url() + "\"\n";
}

struct World {
    Admin admin{};
    test::Sandbox sandbox{{"--users", "20", "--departments", "3", "--app",
                           "cli_sandbox0000000:right-secret", "--app",
                           "cli_sandbox0000001:another-secret"}};
    test::Pushgateway gateway{};

    // Right settings, followed by more apps.
    test::Finished check(const std::string& more_apps = "",
                         const std::string& gateway_url = "",
                         const std::string& user = "app") {
        admin.configure(
            app(sandbox, "one", "cli_sandbox0000000", "RIGHT_SECRET") +
                more_apps + "[pushgateway]\nurl = \"" +
                (gateway_url.empty() ? gateway.url() : gateway_url) + "\"\n",
            user);
        auto command = admin.command({"config", "check", "--online", "--json"});
        command.env = {{"RIGHT_SECRET", "right-secret"},
                       {"WRONG_SECRET", "wrong-secret"},
                       {"HOOK", "http://127.0.0.1:1/"}};
        return test::run(command);
    }
};

// "database ok, schema ok, ..." and nothing else.
std::string results(const test::Finished& finished) {
    std::string text;
    const auto json = nlohmann::json::parse(finished.out);
    for (const auto& row : json["checks"]) {
        text += (text.empty() ? "" : ", ") + row["check"].get<std::string>() +
                " " + row["result"].get<std::string>();
    }
    return text;
}

}  // namespace

TEST_CASE("config check --online: everything right is 0") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    const auto good = world.check();
    CHECK_MESSAGE(good.exit_code == 0, good.out);
    CHECK(results(good) ==
          "database ok, schema ok, rights ok, pushgateway ok, app ok");
}

TEST_CASE("config check --online: a refused secret is 77 and names the app") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    const auto denied = world.check(
        app(world.sandbox, "two", "cli_sandbox0000001", "WRONG_SECRET"));
    CHECK(denied.exit_code == 77);
    CHECK(results(denied).ends_with("app ok, app failed"));
    CHECK(denied.out.find("two") != std::string::npos);
    CHECK(denied.out.find("wrong-secret") == std::string::npos);
}

TEST_CASE("config check --online: a gateway that is down is 69") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    const auto bad = world.check("", "http://127.0.0.1:1");
    CHECK(bad.exit_code == 69);
    CHECK(results(bad).find("pushgateway failed, app ok") != std::string::npos);
}

TEST_CASE("config check --online: an Alertmanager is asked with its account") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    test::HttpServer proxy{[](const test::HttpRequest& request) {
        return test::Reply{
            .status = request.header("authorization").empty() ? 401 : 200};
    }};
    const std::string url =
        "[alertmanager]\nurls = [\"" + proxy.url() + "\"]\n";
    const std::string channel =
        "[notify]\ncritical = [\"ops\"]\n[[channel]]\nname = \"ops\"\n"
        "kind = \"webhook\"\nurl_env = \"HOOK\"\n";
    const auto silent = world.check(url);
    CHECK(silent.exit_code == 78);
    CHECK(silent.out.find("alerts are to be forwarded") != std::string::npos);
    const auto refused = world.check(url + channel);
    CHECK(refused.exit_code == 78);
    CHECK(results(refused).find("alertmanager failed") != std::string::npos);
    const auto right = world.check(
        url + "user = \"a\"\npassword_env = \"RIGHT_SECRET\"\n" + channel);
    CHECK(right.exit_code == 0);
    CHECK(results(right).find("alertmanager ok") != std::string::npos);
}

TEST_CASE("config check --online: a database without the schema is 78") {
    World world;
    const auto bad = world.check();
    CHECK(bad.exit_code == 78);
    CHECK(results(bad) == "database ok, schema failed, pushgateway ok, app ok");
    CHECK(bad.out.find("run lark-admin migrate") != std::string::npos);
}

TEST_CASE("config check --online: a role that lacks rights learns which") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    const std::string role = "reader_" + world.admin.database();
    world.admin.sql(
        "CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA lark_batch TO " +
        role + "; GRANT SELECT ON ALL TABLES IN SCHEMA lark_batch TO " + role);
    const auto bad = world.check("", "", role);
    CHECK(bad.exit_code == 78);
    CHECK(results(bad).find("rights failed") != std::string::npos);
    CHECK(bad.out.find("DELETE on table app_state") != std::string::npos);
    CHECK(bad.out.find("--grant-to") != std::string::npos);
}

TEST_CASE("config check --online: the worst of several faults decides") {
    World world;
    const auto bad = world.check(
        app(world.sandbox, "two", "cli_sandbox0000001", "WRONG_SECRET"),
        "http://127.0.0.1:1");
    CHECK(bad.exit_code == 78);
    CHECK(results(bad) ==
          "database ok, schema failed, pushgateway failed, app ok, app failed");
}

TEST_CASE("config check --online: a person gets a table and the hints") {
    World world;
    world.check();
    auto command = world.admin.command({"config", "check", "--online"});
    command.env = {{"RIGHT_SECRET", "right-secret"}};
    const auto table = test::run(command);
    CHECK(table.exit_code == 78);
    CHECK(table.out.find("check ") != std::string::npos);
    CHECK(table.out.find("\nhint for schema lark_batch: run lark-admin "
                         "migrate\n") != std::string::npos);
}

TEST_CASE("config check --online: the keys of stored tokens are looked for") {
    World world;
    REQUIRE(world.admin.run({"migrate"}).exit_code == 0);
    const std::string key =
        "[[token_key]]\nid = \"new\"\nsecret_env = \"TOKEN_KEY\"\n";
    const auto check = [&] {
        world.admin.configure(key + "[pushgateway]\nenabled = false\n");
        auto command =
            world.admin.command({"config", "check", "--online", "--json"});
        command.env = {
            {"TOKEN_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}};
        return test::run(command);
    };
    const auto good = check();
    CHECK(good.exit_code == 0);
    CHECK(results(good) == "database ok, schema ok, rights ok, keys ok");
    // Looking leaves nothing behind.
    CHECK(world.admin.sql("SELECT count(*) FROM lark_batch.token_keys") == "0");

    world.admin.sql(
        "INSERT INTO lark_batch.tokens (app, token_type, subject, key_id,"
        " access_sealed, access_expires_at) VALUES ('one',"
        " 'user_access_token', 'ou_1', 'lost', '\\x01', now())");
    const auto bad = check();
    CHECK(bad.exit_code == 78);
    CHECK(results(bad) == "database ok, schema ok, rights ok, keys failed");
    CHECK(bad.out.find("key 'lost', which is not configured") !=
          std::string::npos);
}
