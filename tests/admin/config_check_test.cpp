#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/admin/fixture.hpp"

using namespace lark_batch;
using test::Admin;
using test::Finished;
using test::TempDir;

namespace {

// Offline, nothing is asked: there need not be a database.
Finished check(const TempDir& dir, const std::string& toml,
               std::vector<std::string> more = {}) {
    more.insert(more.begin(), {LARK_ADMIN_BINARY, "config", "check", "--config",
                               dir.write("x.toml", toml).string()});
    return test::run(more);
}

std::string app(const TempDir& dir, const std::string& name,
                const std::string& rest = "") {
    const auto secret = dir.write(name + ".secret", "s3cret");
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    return "[[app]]\nname = \"" + name + "\"\napp_id = \"cli_" + name +
           "\"\napp_secret_file = \"" + secret.string() + "\"\n" + rest;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("config check: what is right is said in one line") {
    const TempDir dir;
    const auto good = check(dir, app(dir, "a") + app(dir, "b") +
                                     app(dir, "c", "enabled = false\n") +
                                     "[tasks.sync_users]\ntimeout = \"1h\"\n");
    CHECK(good.exit_code == 0);
    CHECK(good.err == "");
    CHECK(good.out.starts_with(
        "configuration is valid: 3 apps, 2 of them enabled, file "));
}

TEST_CASE("config check: five mistakes are five lines with their places") {
    const TempDir dir;
    const auto bad = check(dir,
                           "timezon = \"Asia/Shanghai\"\n"
                           "log_level = \"loud\"\n"
                           "[http]\n"
                           "connect_timeout = 5\n"
                           "max_connections = 1000\n"
                           "[pushgateway]\n"
                           "  url = \"ftp://x\"\n" +
                               app(dir, "a"));
    CHECK(bad.exit_code == 78);
    CHECK(bad.out == "");
    for (const std::string part :
         {"x.toml:1:1: ", "did you mean 'timezone'?", "x.toml:2:13: ", "'loud'",
          "x.toml:4:19: ", "x.toml:5:19: ", "1000", "x.toml:7:9: "}) {
        CAPTURE(part);
        CHECK_MESSAGE(has(bad.err, part), bad.err);
    }
    CHECK(std::count(bad.err.begin(), bad.err.end(), '\n') == 5);
}

TEST_CASE("config check: the tables of the tasks are judged too") {
    const TempDir dir;
    const auto bad =
        check(dir, app(dir, "a") +
                       "[tasks.sync_users]\ntimeout = 90\ntimeot = \"5m\"\n"
                       "enabled = \"yes\"\n[tasks.sync_user]\nenabled = true\n"
                       "[tasks.backup]\nschedule = \"0 25 * * *\"\n"
                       "comand = [\"tar\"]\n");
    CHECK(bad.exit_code == 78);
    for (const std::string part :
         {":6:11: 'timeout' must be a duration",
          ":7:1: unknown key 'timeot' in [tasks.sync_users]",
          "did you mean 'timeout'?", ":8:11: 'enabled' must be true or false",
          ":9:8: unknown table 'tasks.sync_user'",
          ":12:12: 'schedule' is no schedule: ", " in [tasks.backup]",
          ":13:1: unknown key 'comand' in [tasks.backup]"}) {
        CAPTURE(part);
        CHECK_MESSAGE(has(bad.err, part), bad.err);
    }
}

TEST_CASE("config check: the same list as JSON") {
    const TempDir dir;
    const auto bad = check(
        dir, "[http]\nconect_timeout = \"5s\"\n" + app(dir, "a"), {"--json"});
    CHECK(bad.exit_code == 78);
    const auto json = nlohmann::json::parse(bad.out);
    CHECK(json["valid"] == false);
    CHECK(json["problems"].size() == 1);
    CHECK(json["problems"][0]["line"] == 2);
    CHECK(json["problems"][0]["column"] == 1);
    CHECK(has(json["problems"][0]["hint"], "connect_timeout"));
}

TEST_CASE("config check: settings that contradict each other are told") {
    const TempDir dir;
    const auto bad =
        check(dir, app(dir, "a") +
                       "[[app]]\nname = \"b\"\napp_id = \"cli_a\"\n"
                       "app_secret_env = \"PATH\"\n"
                       "[[app]]\nname = \"c\"\napp_id = \"cli_c\"\n"
                       "app_secret_env = \"PATH\"\nbrand = \"lark\"\n"
                       "base_url = \"https://open.feishu.cn\"\n"
                       "[http]\nconnect_timeout = \"50s\"\n"
                       "[database]\nlock_timeout = \"9m\"\n"
                       "[pushgateway]\npassword_env = \"PATH\"\n");
    CHECK(bad.exit_code == 78);
    for (const std::string part :
         {":7:10: app 'b' has the app_id of app 'a'",
          ":14:12: app 'c' is of brand 'lark', its base_url of the other one",
          ":16:19: 'http.connect_timeout' is 50s, longer than "
          "'http.total_timeout' with 30s",
          ":18:16: 'database.lock_timeout' is 9m, longer than "
          "'database.statement_timeout' with 5m",
          "'pushgateway.user' is missing beside the password"}) {
        CAPTURE(part);
        CHECK_MESSAGE(has(bad.err, part), bad.err);
    }
}

TEST_CASE("config check: every app with an app_id used before is told") {
    const TempDir dir;
    const std::string again = "app_id = \"cli_a\"\napp_secret_env = \"PATH\"\n";
    const auto bad = check(dir, app(dir, "a") + "[[app]]\nname = \"b\"\n" +
                                    again + "[[app]]\nname = \"c\"\n" + again);
    CHECK(has(bad.err, "app 'b' has the app_id of app 'a'"));
    CHECK(has(bad.err, "app 'c' has the app_id of app 'a'"));
    CHECK(std::count(bad.err.begin(), bad.err.end(), '\n') == 2);
}

TEST_CASE("config check: a contradiction is told where somebody wrote it") {
    const TempDir dir;
    const auto bad = check(dir, app(dir, "a") +
                                    "[http]\ntotal_timeout = \"3s\"\n"
                                    "[database]\nstatement_timeout = \"3s\"\n");
    CHECK_MESSAGE(has(bad.err, "x.toml:6:17: 'http.connect_timeout'"), bad.err);
    CHECK_MESSAGE(has(bad.err, "x.toml:8:21: 'database.lock_timeout'"),
                  bad.err);
}

TEST_CASE("config check: a refused value contradicts nothing") {
    const TempDir dir;
    const auto bad =
        check(dir, app(dir, "a",
                       "brand = \"larkk\"\n"
                       "base_url = \"https://open.larksuite.com\"\n") +
                       "[http]\nconnect_timeout = 5\n"
                       "total_timeout = \"3s\"\n"
                       "[pushgateway]\nuser = 1\npassword_env = \"PATH\"\n");
    CHECK_MESSAGE(std::count(bad.err.begin(), bad.err.end(), '\n') == 3,
                  bad.err);
}

TEST_CASE("config check: what needs no network to be seen is seen") {
    const TempDir dir;
    const auto none = check(dir, "timezone = \"UTC\"\n");
    CHECK(none.exit_code == 78);
    CHECK(has(none.err, "there is no [[app]]"));
    const auto bad = check(dir,
                           "timezone = \"Asia/Shangai\"\n"
                           "state_directory = \"state\"\n"
                           "[http]\nca_file = \"/nonexistent/ca.pem\"\n"
                           "[[app]]\nname = \"a\"\napp_id = \"\"\n"
                           "app_secret_env = \"PATH\"\n");
    CHECK(bad.exit_code == 78);
    for (const std::string part :
         {":1:12: 'timezone' names the unknown zone 'Asia/Shangai'",
          ":2:19: 'state_directory' must be an absolute path, not 'state'",
          ":4:11: 'http.ca_file' names '/nonexistent/ca.pem'",
          ":7:10: 'app_id' must be an id"}) {
        CAPTURE(part);
        CHECK_MESSAGE(has(bad.err, part), bad.err);
    }
    CHECK(std::count(bad.err.begin(), bad.err.end(), '\n') == 4);
}

TEST_CASE("config check: a missing secret of an enabled app is a mistake") {
    const TempDir dir;
    const std::string text =
        "[[app]]\nname = \"a\"\napp_id = \"cli_a\"\n"
        "app_secret_file = \"/nonexistent/secret\"\n";
    const auto bad = check(dir, text);
    CHECK(bad.exit_code == 78);
    CHECK(has(bad.err, "/nonexistent/secret"));
    CHECK(check(dir, text + "enabled = false\n").exit_code == 0);
}

TEST_CASE("config check: no secret is printed") {
    const TempDir dir;
    for (const std::string flag : {"--print-config", "--json"}) {
        const auto good = check(dir, app(dir, "a"), {flag});
        CHECK(good.exit_code == 0);
        CHECK_FALSE(has(good.out + good.err, "s3cret"));
    }
}

TEST_CASE("config check: hooks' addresses and templates are looked at") {
    const TempDir dir;
    const auto url = dir.write("hook-url", "http://elsewhere.example/hunter2");
    std::filesystem::permissions(url, std::filesystem::perms::owner_read);
    std::filesystem::create_directory(dir / "texts");
    dir.write("texts/chek_tokens.entry.en.txt", "{text}");
    const std::string text = "[notify]\nurgent = [\"ops\"]\ntemplates = \"" +
                             (dir / "texts").string() + "\"\n" + app(dir, "a") +
                             "[[channel]]\nname = \"ops\"\n"
                             "kind = \"lark_webhook\"\nurl_file = \"" +
                             url.string() + "\"\n";
    const auto bad = check(dir, text);
    CHECK(bad.exit_code == 78);
    CHECK_MESSAGE(has(bad.err, "unknown source 'chek_tokens'"), bad.err);
    CHECK(has(bad.err, "channel 'ops': the 'url' is no https address"));
    CHECK_FALSE(has(bad.err, "hunter2"));
    CHECK(bad.out == "");
    const auto json = check(dir, text, {"--json"});
    CHECK(nlohmann::json::parse(json.out).at("problems").size() == 2);
}

TEST_CASE(
    "config check: a CI system is told what is wrong, or that all is well") {
    const TempDir dir;
    const auto good = check(dir, app(dir, "a"), {"--format", "junit"});
    CHECK(good.exit_code == 0);
    CHECK(has(good.out, "tests=\"1\" failures=\"0\" errors=\"0\""));
    CHECK(has(good.out, "name=\"configuration\" time=\"0.000\"/>"));
    const auto bad = check(
        dir, "timezon = \"<x>\"\nlog_level = \"<loud>\"\n" + app(dir, "a"),
        {"--format", "junit"});
    CHECK(bad.exit_code == 78);
    CHECK(has(bad.out, "tests=\"1\" failures=\"0\" errors=\"1\""));
    CHECK(has(bad.out, "message=\"2 problems\">"));
    CHECK(has(bad.out, "x.toml:1:1: unknown key"));
    CHECK(has(bad.out, "&lt;loud&gt;"));
    const auto missing =
        test::run({LARK_ADMIN_BINARY, "config", "check", "--config",
                   "/nonexistent/x.toml", "--format", "junit"});
    CHECK(missing.exit_code == 78);
    CHECK(has(missing.out, "message=\"cannot read '/nonexistent/x.toml'"));
}

TEST_CASE("config check: --format json is --json, and two forms contradict") {
    const TempDir dir;
    const auto json = check(dir, app(dir, "a"), {"--format", "json"});
    CHECK(nlohmann::json::parse(json.out).at("valid") == true);
    const auto both =
        check(dir, app(dir, "a"), {"--json", "--format", "junit"});
    CHECK(both.exit_code == 64);
    CHECK(has(both.err, "contradict each other"));
}

TEST_CASE("config check: a task whose failures nobody hears of is a mistake") {
    const TempDir dir;
    const std::string task = "[tasks.backup]\nnotify = \"urgent\"\n";
    const auto bad = check(dir, task);
    CHECK(bad.exit_code == 78);
    CHECK(has(bad.err,
              "task 'backup' is to notify, but no channel hears of "
              "urgent"));
    CHECK(has(bad.err, "name one in [notify] urgent"));
    CHECK(check(dir, task + "[notify]\nurgent = [\"ops\"]\n[[channel]]\n"
                            "name = \"ops\"\nkind = \"email\"\n"
                            "smtp = \"smtp://mail.example.com:587\"\n"
                            "from = \"a@example.com\"\n"
                            "to = [\"b@example.com\"]\n")
              .exit_code == 0);
}
