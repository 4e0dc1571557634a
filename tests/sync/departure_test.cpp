// Who leaves, who resigns, and who comes back.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

std::string row_of(const Company& company, const std::string& open_id,
                   const char* columns) {
    return company.sql(std::string{"SELECT "} + columns +
                       " FROM lark_batch.users WHERE open_id = '" + open_id +
                       "'");
}

json user_changes(const Company& company, const Synced& run) {
    return company.changes(run, "kind = 'user'");
}

}  // namespace

TEST_CASE("who is absent once is still active, absent twice departed") {
    const Company company;
    company.sync_to(0);
    const Ids left = company.change({{"do", "leave"}, {"count", 2}});
    const Synced first = company.sync_to(0);
    for (const std::string& id : left) {
        CHECK(company.state_of(id) == "active");
    }
    CHECK(first.count("users", "departed") == 0);
    CHECK(user_changes(company, first).empty());
    CHECK(first.count("memberships", "removed") == 0);

    const Synced second = company.sync_to(0);
    CHECK(second.count("users", "departed") == 2);
    CHECK(second.count("memberships", "removed") >= 2);
    const json changes = user_changes(company, second);
    REQUIRE(changes.size() == 2);
    for (const json& change : changes) {
        CHECK(change.at("action") == "departed");
        CHECK(change.at("before") == json{{"state", "active"}});
        CHECK(change.at("after") == json{{"state", "departed"}});
        CHECK(company.state_of(change.at("object_id")) == "departed");
    }
    company.check_equals_lark();
}

TEST_CASE("who is absent once and back the next time was never away") {
    const Company company;
    company.sync_to(0);
    const Ids left = company.change({{"do", "leave"}});
    company.sync_to(0);
    company.change({{"do", "return"}, {"open_ids", left}});
    const Synced back = company.sync_to(0);
    CHECK(back.count("users", "revived") == 0);
    CHECK(user_changes(company, back).empty());
    // The count of absences starts again.
    company.change({{"do", "leave"}, {"open_ids", left}});
    company.sync_to(0);
    CHECK(company.state_of(left.at(0)) == "active");
    company.sync_to(0);
    CHECK(company.state_of(left.at(0)) == "departed");
}

TEST_CASE("who is flagged as resigned departs at once") {
    const Company company;
    company.sync_to(0);
    const Ids resigned = company.change({{"do", "resign"}, {"count", 2}});
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "departed") == 2);
    CHECK(run.count("memberships", "removed") >= 2);
    CHECK(run.count("users", "unchanged") == 58);
    company.check_equals_lark();
    for (const json& change : user_changes(company, run)) {
        CHECK(change.at("action") == "departed");
        CHECK(change.at("before").at("state") == "active");
        CHECK(change.at("after").at("state") == "departed");
        CHECK(change.at("after").at("status").at("is_resigned") == true);
        CHECK(change.at("before").at("status").at("is_resigned") == false);
    }
}

TEST_CASE("who resigned and is renamed stays departed and is counted once") {
    const Company company;
    company.sync_to(0);
    const Ids resigned = company.change({{"do", "resign"}});
    company.sync_to(0);
    company.change({{"do", "rename"}, {"open_ids", resigned}});
    const Synced run = company.sync_to(0);
    CHECK(company.state_of(resigned.at(0)) == "departed");
    CHECK(run.count("users", "updated") == 1);
    CHECK(run.count("users", "unchanged") == 59);
}

TEST_CASE("somebody met for the first time as resigned is departed") {
    const Company company;
    const Ids resigned = company.change({{"do", "resign"}});
    const Synced run = company.sync_to(0);
    CHECK(company.state_of(resigned.at(0)) == "departed");
    CHECK(run.count("users", "created") == 59);
    CHECK(run.count("users", "departed") == 1);
    company.check_equals_lark();
}

TEST_CASE("who comes back is the same row with its history") {
    const Company company;
    company.sync_to(0);
    const Ids left = company.change({{"do", "leave"}});
    const std::string& id = left.at(0);
    const std::string first_seen = row_of(company, id, "first_seen_at");
    company.sync_to(0);
    company.sync_to(0);
    REQUIRE(company.state_of(id) == "departed");
    company.change({{"do", "return"}, {"open_ids", left}});
    const Synced run = company.sync_to(0);
    CHECK(company.state_of(id) == "active");
    CHECK(row_of(company, id, "first_seen_at") == first_seen);
    CHECK(row_of(company, id, "missing_runs") == "0");
    CHECK(run.count("users", "revived") == 1);
    CHECK(run.count("users", "created") == 0);
    CHECK(run.count("users", "unchanged") == 59);
    const json changes = user_changes(company, run);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].at("action") == "revived");
    CHECK(changes[0].at("before").at("state") == "departed");
    CHECK(changes[0].at("after").at("state") == "active");
    company.check_equals_lark();
}

TEST_CASE("who takes the resignation back is revived") {
    const Company company;
    company.sync_to(0);
    const Ids resigned = company.change({{"do", "resign"}});
    company.sync_to(0);
    company.change({{"do", "return"}, {"open_ids", resigned}});
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "revived") == 1);
    CHECK(company.state_of(resigned.at(0)) == "active");
    company.check_equals_lark();
}
