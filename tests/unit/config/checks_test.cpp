#include <doctest/doctest.h>

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

TEST_CASE("checks: plain http reaches this machine only") {
    CHECK_FALSE(check_api_address("https://open.feishu.cn"));
    CHECK_FALSE(check_api_address("http://127.0.0.1:8080"));
    CHECK_FALSE(check_api_address("http://[::1]:8080/x"));
    CHECK_FALSE(check_api_address("http://localhost"));
    CHECK(check_api_address("http://127.example.com"));
    CHECK(check_api_address("http://localhost.example.com"));
    CHECK(check_api_address("http://open.feishu.cn"));
}

TEST_CASE("checks: a database address holds no password") {
    CHECK_FALSE(check_database_url("postgresql:///lark_batch"));
    CHECK_FALSE(check_database_url("postgresql://me@host:5432/db"));
    CHECK_FALSE(check_database_url("host=/run/x port=5432"));
    CHECK(check_database_url("postgresql://me:hunter2@host/db"));
    CHECK(check_database_url("host=x password=hunter2"));
}

TEST_CASE("checks: zones, times and names have their form") {
    CHECK_FALSE(check_timezone("Asia/Shanghai"));
    CHECK_FALSE(check_timezone("Etc/GMT+8"));
    CHECK(check_timezone("../../etc/passwd"));
    CHECK(check_timezone(""));
    CHECK_FALSE(check_timestamp("2026-11-22T03:00:00Z"));
    CHECK_FALSE(check_timestamp("2026-11-22T03:00:00.125+08:00"));
    CHECK(check_timestamp("2026-11-22T03:00:00"));
    CHECK(check_timestamp("2026-11-22"));
    CHECK_FALSE(check_name("hr-portal"));
    CHECK(check_name("a/b"));
    CHECK(check_name("."));
}

}  // namespace lark_batch::config::test
