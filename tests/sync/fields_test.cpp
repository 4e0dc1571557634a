// A field missing from everyone is a lost permission (design, rule 3).
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

json documents(const Company& company) {
    return company.rows(
        "SELECT open_id, state, first_seen_at, changed_at,"
        " raw FROM lark_batch.users ORDER BY open_id");
}

json memberships(const Company& company) {
    return company.rows(
        "SELECT * FROM lark_batch.memberships"
        " ORDER BY open_id, open_department_id");
}

Ids lost_fields(const Synced& run) {
    Ids lost = run.app().at("lost_fields");
    std::sort(lost.begin(), lost.end());
    return lost;
}

void check_no_change(const Company& company, const Synced& run) {
    CHECK(company.changes(run).empty());
    CHECK(run.count("users", "updated") == 0);
    CHECK(run.count("users", "revived") == 0);
    CHECK(run.count("memberships", "updated") == 0);
    CHECK(run.count("memberships", "removed") == 0);
}

}  // namespace

TEST_CASE("fields that everyone lost keep their stored values") {
    const Company company;
    company.sync_to(0);
    const json before = documents(company);
    const json members = memberships(company);
    company.hide({"mobile", "email", "orders", "department_ids", "user_id"},
                 {"leader_user_id"});
    for (int run = 0; run < 3; ++run) {
        const Synced lost = company.sync_to(0);
        check_no_change(company, lost);
        CHECK(lost_fields(lost) ==
              Ids{"department.leader_user_id", "user.department_ids",
                  "user.email", "user.mobile", "user.orders", "user.user_id"});
        CHECK(lost.err.find("mobile") != std::string::npos);
        CHECK(lost.count("users", "unchanged") == 60);
    }
    CHECK(documents(company) == before);
    CHECK(memberships(company) == members);
    // The second of those runs had nothing left to write.
    company.writes();
    company.sync_to(0);
    CHECK(company.writes().at("users") == 0);

    company.hide({});
    const Synced back = company.sync_to(0);
    check_no_change(company, back);
    CHECK(lost_fields(back).empty());
    CHECK(documents(company) == before);
    CHECK(memberships(company) == members);
}

TEST_CASE("changes go on while a field is lost") {
    const Company company;
    company.sync_to(0);
    company.hide({"mobile"});
    company.sync_to(0);
    const Ids renamed = company.change({{"do", "rename"}});
    const Ids hired = company.change({{"do", "hire"}});
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "updated") == 1);
    CHECK(run.count("users", "created") == 1);
    const json change =
        company.changes(run, "kind = 'user' AND action = 'updated'").at(0);
    CHECK(change.at("object_id") == renamed.at(0));
    CHECK_FALSE(change.at("before").contains("mobile"));
    CHECK_FALSE(change.at("after").contains("mobile"));
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users"
                         " WHERE mobile IS NULL") == 1);
}

TEST_CASE("people who move while orders and departments are hidden move") {
    const Company company;
    company.sync_to(0);
    company.hide({"orders", "department_ids"});
    company.sync_to(0);
    company.change({{"do", "move"}, {"count", 3}});
    company.sync_to(0);
    company.check_equals_lark();
}

// The flag is gone with the field; who had it must not come to life.
TEST_CASE("who resigned stays departed while the status is hidden") {
    const Company company;
    company.sync_to(0);
    const Ids resigned = company.change({{"do", "resign"}, {"count", 2}});
    company.sync_to(0);
    company.hide({"status"});
    for (int run = 0; run < 2; ++run) {
        const Synced lost = company.sync_to(0);
        check_no_change(company, lost);
        CHECK(lost_fields(lost) == Ids{"user.status"});
        CHECK(company.state_of(resigned.at(0)) == "departed");
        CHECK(company.state_of(resigned.at(1)) == "departed");
    }
    company.hide({});
    check_no_change(company, company.sync_to(0));
    company.check_equals_lark();
}

TEST_CASE("values of a lost field are given up when that is accepted") {
    const Company company;
    company.sync_to(0);
    company.hide({"mobile", "email"});
    company.sync_to(0);
    const Synced run = company.sync_to(0, {"--accept-lost-field", "mobile"});
    CHECK(lost_fields(run) == Ids{"user.email"});
    CHECK(run.count("users", "updated") == 60);
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users"
                         " WHERE mobile IS NULL AND email IS NOT NULL") == 60);
    const json change = company.changes(run, "kind = 'user'").at(0);
    CHECK(change.at("before").contains("mobile"));
    CHECK(change.at("after") == json::object());
    const Synced next = company.sync_to(0);
    CHECK(lost_fields(next) == Ids{"user.email"});
    check_no_change(company, next);
}

TEST_CASE("a lost field is accepted by the name that the result gives it") {
    const Company company;
    company.sync_to(0);
    company.hide({"mobile"});
    const Ids lost = lost_fields(company.sync_to(0));
    REQUIRE(lost.size() == 1);
    const Synced run = company.sync_to(0, {"--accept-lost-field", lost.at(0)});
    CHECK(lost_fields(run).empty());
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users"
                         " WHERE mobile IS NULL") == 60);
}

TEST_CASE("a user_id hidden from everyone never collapses people") {
    const Company company;
    company.hide({"user_id"});
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "created") == 60);
    CHECK(lost_fields(run).empty());
    company.check_equals_lark();
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users"
                         " WHERE user_id IS NULL") == 60);
    // A field that is granted later arrives, told as an update.
    company.hide({});
    const Synced granted = company.sync_to(0);
    CHECK(granted.count("users", "updated") == 60);
    CHECK(company.number("SELECT count(DISTINCT user_id) FROM"
                         " lark_batch.current_users") == 60);
}

TEST_CASE("empty and absent are two things") {
    const Company company{{300, 15}};
    company.sync_to(0);
    const std::string empty =
        "SELECT count(*) FROM lark_batch.current_users WHERE mobile = ''";
    const int count = company.number(empty);
    CHECK(count > 0);
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users"
                         " WHERE mobile IS NULL") == 0);
    company.hide({"mobile"});
    company.sync_to(0);
    CHECK(company.number(empty) == count);
}

TEST_CASE("a kept value goes when the field is back and its person has none") {
    const Company company;
    company.sync_to(0);
    // As if one person alone of those still stored had had a field that then
    // was hidden from everyone: Lark's company has no such person.
    company.sql(
        "UPDATE lark_batch.users SET raw = raw || '{\"ghost\": \"x\"}'"
        " WHERE open_id = (SELECT min(open_id) FROM lark_batch.users);"
        "UPDATE lark_batch.app_state SET user_fields = "
        "array_append(user_fields, 'ghost')");
    CHECK(lost_fields(company.sync_to(0)) == Ids{"user.ghost"});
    CHECK(company.number("SELECT count(*) FROM lark_batch.users"
                         " WHERE raw ? 'ghost'") == 1);
    // Others have it again, so it is not missing from everyone.
    company.sql(
        "UPDATE lark_batch.app_state"
        " SET user_fields = array_remove(user_fields, 'ghost')");
    const Synced back = company.sync_to(0);
    CHECK(lost_fields(back).empty());
    CHECK(back.count("users", "updated") == 1);
    CHECK(company.number("SELECT count(*) FROM lark_batch.users"
                         " WHERE raw ? 'ghost'") == 0);
    company.check_equals_lark();
}
