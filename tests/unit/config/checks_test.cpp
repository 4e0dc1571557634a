#include <doctest/doctest.h>

#include <filesystem>

#include "lib/config/checks.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("checks: an address is http or https and holds no account") {
    CHECK_FALSE(check_web_address("http://127.0.0.1:9091"));
    CHECK_FALSE(check_web_address(""));
    CHECK(check_web_address("ftp://x"));
    CHECK(check_web_address("http://"));
    const auto message = check_web_address("https://me:hunter2@host/");
    CHECK(message == "must not hold a user name or password");
}

TEST_CASE("checks: an address says where, and nothing else") {
    for (const std::string wrong :
         {"http://user:pa#geheim@host:1", "http://user:pa/geheim@host",
          "https://open.feishu.cn/?x=1", "https://open.feishu.cn/#x",
          "https://open.feishu.cn /", "https://host\nx",
          "https://host:", "https://host:http", "https://host:0",
          "https://host:65536", "https://host:+80", "https://[::1",
          "https://[::1]80", "https://:443", "https:///"}) {
        CAPTURE(wrong);
        const auto message = check_web_address(wrong);
        REQUIRE(message);
        CHECK_FALSE(has(*message, "geheim"));
    }
    CHECK_FALSE(check_web_address("https://host:65535/path/"));
    CHECK_FALSE(check_web_address("https://[fe80::1]:80"));
}

TEST_CASE("checks: plain http reaches this machine only") {
    CHECK_FALSE(check_api_address("https://open.feishu.cn"));
    CHECK_FALSE(check_api_address("http://127.0.0.1:8080"));
    CHECK_FALSE(check_api_address("http://[::1]:8080/x"));
    CHECK_FALSE(check_api_address("http://localhost"));
    CHECK(check_api_address("http://127.example.com"));
    CHECK(check_api_address("http://localhost.example.com"));
    CHECK(check_api_address("http://open.feishu.cn"));
    CHECK(check_api_address("http://127.1:9"));
    CHECK(check_api_address("http://127.0..1"));
    CHECK(check_api_address("http://127.0.0.0.1"));
    CHECK(check_api_address("http://[::1].example.com"));
}

TEST_CASE("checks: a database address holds no password") {
    CHECK_FALSE(check_database_url("postgresql:///lark_batch"));
    CHECK_FALSE(check_database_url("postgresql://me@host:5432/db"));
    CHECK_FALSE(check_database_url("host=/run/x port=5432"));
    CHECK(check_database_url("postgresql://me:hunter2@host/db"));
    CHECK(check_database_url("host=x password=hunter2"));
    CHECK(check_database_url("postgresql://app:pa?geheim@127.0.0.1:1/lark"));
    CHECK(check_database_url("postgresql://app:pa#geheim@127.0.0.1:1/lark"));
    CHECK(check_database_url("postgresql://app:pa/geheim@127.0.0.1:1/lark"));
    CHECK(check_database_url("postgresql:///lark?passwor%64=x"));
    CHECK(check_database_url("postgresql:///lark?%70assword=x"));
    CHECK_FALSE(check_database_url("postgresql://me@%2Frun%2Fpg:5432/db"));
    CHECK_FALSE(check_database_url("postgresql://me@h/db?sslmode=require"));
}

TEST_CASE("checks: zones, times and names have their form") {
    CHECK_FALSE(check_timezone("Asia/Shanghai"));
    CHECK_FALSE(check_timezone("Etc/GMT+8"));
    CHECK(check_timezone("../../etc/passwd"));
    CHECK(check_timezone(""));
    CHECK_FALSE(check_folder("/var/lib/lark-batch"));
    CHECK(check_folder("state") == "must be an absolute path, not 'state'");
    CHECK_FALSE(check_app_id("cli_a0000000000000"));
    CHECK(check_app_id(""));
    CHECK(check_app_id("cli a"));
    CHECK_FALSE(check_timestamp("2026-11-22T03:00:00Z"));
    CHECK_FALSE(check_timestamp("2026-11-22T03:00:00.125+08:00"));
    CHECK(check_timestamp("2026-11-22T03:00:00"));
    CHECK(check_timestamp("2026-11-22"));
    CHECK_FALSE(check_name("hr-portal"));
    CHECK(check_name("a/b"));
    CHECK(check_name("."));
}

TEST_CASE("checks: a zone is one that this machine knows") {
    if (!std::filesystem::is_directory("/usr/share/zoneinfo")) {
        return;
    }
    CHECK(check_timezone("Asia/Shangai") ==
          "names the unknown zone 'Asia/Shangai'");
    CHECK(check_timezone("Asia"));
    CHECK(check_timezone("zone.tab"));
}

}  // namespace lark_batch::config::test
