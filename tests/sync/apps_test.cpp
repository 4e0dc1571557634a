// Several apps in one run, and apps that Lark refuses.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

const AppEntry k_first{};
const AppEntry k_second{"second", "cli_second_app",
                        std::string{k_planted} + "-cli_second_app"};

AppEntry wrong(AppEntry app) {
    app.secret += "-wrong";
    return app;
}

bool contains(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

int stored(const Company& company, const std::string& app) {
    return company.number(
        "SELECT count(*) FROM lark_batch.users WHERE app = '" + app + "'");
}

}  // namespace

TEST_CASE("two apps are synced side by side, each under its name") {
    const Company company;
    company.configure({k_first, k_second});
    const Synced run = company.sync_to(0);
    REQUIRE(run.result.at("apps").size() == 2);
    CHECK(run.app(0).at("name") == "hr");
    CHECK(run.app(1).at("name") == "second");
    CHECK(stored(company, "hr") == 60);
    CHECK(stored(company, "second") == 60);
    // open_ids are an app's own.
    CHECK(company.number("SELECT count(DISTINCT open_id) FROM"
                         " lark_batch.users") == 120);
    CHECK(company.number("SELECT count(DISTINCT union_id) FROM"
                         " lark_batch.users") == 60);
    company.check_equals_lark();
}

TEST_CASE("an app with a wrong secret does not stop the other") {
    const Company company;
    company.configure({wrong(k_second), k_first});
    const Synced run = company.sync_to(3);
    CHECK(run.result.at("outcome") == "partial");
    CHECK(run.app(0).at("outcome") == "failure");
    CHECK(contains(run.app(0).at("error"), "second"));
    CHECK_FALSE(run.app(0).at("hint").get<std::string>().empty());
    CHECK(run.app(1).at("outcome") == "success");
    CHECK(stored(company, "hr") == 60);
    // Without --json the log is all that a person gets.
    CHECK(contains(run.err, "app secret invalid"));
    CHECK(contains(run.err, "check app_id"));
}

TEST_CASE("a wrong secret ends the run with 77, a hint and no second try") {
    const Company company;
    company.configure({wrong(k_first)});
    for (const char* status : {"200", "400", "500"}) {
        CAPTURE(status);
        company.lark().post(
            "/_sandbox/settings",
            std::string{R"({"secret_error_status":)"} + status + "}");
        http_request("DELETE", company.lark().url() + "/_sandbox/stats");
        const Synced run = company.sync_to(77);
        CHECK(run.result.at("outcome") == "failure");
        CHECK(contains(run.err, "hr"));
        CHECK(contains(run.err, "hint: "));
        CHECK(contains(run.err, "secret"));
        CHECK(company.stats().at("token_calls") == 1);
        CHECK(company.stats().at("total") == 1);
    }
    CHECK(stored(company, "hr") == 0);
}

TEST_CASE("an app without the contact permission is refused with 77") {
    const Company company;
    company.sync_to(0);
    company.lark().post("/_sandbox/permissions", R"({"deny_api":["contact"]})");
    const Synced run = company.sync_to(77);
    CHECK(contains(run.err, "contact:"));
    CHECK(contains(run.err, "hint: "));
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users") ==
          60);
}

TEST_CASE("a permission lost in the middle fails the app, not departments") {
    const Company company;
    company.sync_to(0);
    company.writes();
    company.fault(k_members, {{"kind", "error"}, {"code", 99991672}},
                  {{"after", 4}});
    company.sync_to(77);
    CHECK(company.writes().at("users") == 0);
}

TEST_CASE("--app chooses, also what is disabled") {
    const Company company;
    AppEntry disabled = k_second;
    disabled.enabled = false;
    company.configure({wrong(k_first), disabled});
    const Synced run = company.sync_to(0, {"--app", "second"});
    REQUIRE(run.result.at("apps").size() == 1);
    CHECK(run.app().at("name") == "second");
    CHECK(stored(company, "second") == 60);
    CHECK(stored(company, "hr") == 0);
}

TEST_CASE("an unknown app is a usage error that names the nearest") {
    const Company company;
    company.configure({k_first, k_second});
    const Synced run = company.start({"--app", "secnod"});
    CHECK(run.exit_code == 64);
    CHECK(contains(run.err, "'secnod'"));
    CHECK(contains(run.err, "'second'"));
    CHECK(company.stats().at("total") == 0);
}

TEST_CASE("a disabled app is left alone") {
    const Company company;
    AppEntry disabled = wrong(k_second);
    disabled.enabled = false;
    company.configure({k_first, disabled});
    const Synced run = company.sync_to(0);
    CHECK(run.result.at("apps").size() == 1);
}

TEST_CASE("without an enabled app the configuration is wrong") {
    const Company company;
    AppEntry disabled = k_first;
    disabled.enabled = false;
    company.configure({disabled});
    const Synced run = company.start({});
    CHECK(run.exit_code == 78);
    CHECK(contains(run.err, "[[app]]"));
}

TEST_CASE("another app_id under the same name is refused") {
    const Company company;
    company.sync_to(0);
    company.writes();
    AppEntry other = k_second;
    other.name = "hr";
    company.configure({other});
    const Synced run = company.sync_to(78);
    CHECK(contains(run.err, "cli_first_app"));
    CHECK(contains(run.err, "cli_second_app"));
    CHECK(contains(run.err, "hint: "));
    CHECK(company.writes().at("users") == 0);
}
