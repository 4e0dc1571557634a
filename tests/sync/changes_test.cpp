// What changed in the company arrives, with before and after.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"
#include "tests/sync/lark_reader.hpp"

using namespace lark_batch::test;

namespace {

// The members of `one` that `other` lacks or has differently.
json differing(const json& one, const json& other) {
    json found = json::object();
    for (const auto& [key, value] : one.items()) {
        if (key != "avatar" && (!other.contains(key) || other[key] != value)) {
            found[key] = value;
        }
    }
    return found;
}

// Every update of a kind, and that there is exactly one for each id.
void check_updates(const Company& company, const Synced& run, const char* kind,
                   const Ids& ids, const std::map<std::string, json>& before,
                   const std::map<std::string, json>& after) {
    const json updates = company.changes(
        run, "kind = '" + std::string{kind} + "' AND action = 'updated'");
    IdSet seen;
    for (const json& change : updates) {
        const std::string id = change.at("object_id");
        CAPTURE(id);
        CHECK(seen.insert(id).second);
        CHECK(change.at("app") == "hr");
        CHECK(change.at("before") == differing(before.at(id), after.at(id)));
        CHECK(change.at("after") == differing(after.at(id), before.at(id)));
        CHECK_FALSE(change.at("after").empty());
    }
    CHECK(seen == IdSet{ids.begin(), ids.end()});
}

}  // namespace

TEST_CASE("new people are created with their memberships") {
    const Company company;
    company.sync_to(0);
    const Directory before = read_lark(company);
    const json done = company.change_all({{{"do", "hire"}, {"count", 3}}});
    const Ids hired = done.at("steps").at(0).at("open_ids");
    const Directory after = read_lark(company);
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "created") == 3);
    CHECK(run.count("users", "unchanged") == 60);
    CHECK(run.count("memberships", "created") == 3);
    company.check_equals_lark();
    const json created = company.changes(run, "kind = 'user'");
    REQUIRE(created.size() == 3);
    for (const json& change : created) {
        CHECK(change.at("action") == "created");
        CHECK(change.at("before").is_null());
        CHECK(change.at("after") == after.people.at(change.at("object_id")));
    }
    for (const json& change : company.changes(run, "kind = 'membership'")) {
        CHECK(change.at("action") == "created");
        CHECK(change.at("after").at("is_primary") == true);
        const std::string id = change.at("object_id");
        CHECK(IdSet{hired.begin(), hired.end()}.count(
                  id.substr(0, id.find('/'))) == 1);
    }
    // Their departments count them.
    check_updates(company, run, "department", done.at("departments_changed"),
                  before.departments, after.departments);
}

TEST_CASE("renamed people are updated in the differing members only") {
    const Company company;
    company.sync_to(0);
    const Directory before = read_lark(company);
    const Ids renamed = company.change({{"do", "rename"}, {"count", 4}});
    const Directory after = read_lark(company);
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "updated") == 4);
    check_updates(company, run, "user", renamed, before.people, after.people);
    CHECK(company.changes(run).size() == 4);
    CHECK(company.number("SELECT count(*) FROM lark_batch.users WHERE"
                         " changed_at > first_seen_at") == 4);
}

TEST_CASE("people who move leave the old department at once") {
    const Company company;
    company.sync_to(0);
    const Directory before = read_lark(company);
    const json done = company.change_all({{{"do", "move"}, {"count", 3}}});
    const Ids moved = done.at("steps").at(0).at("open_ids");
    const Directory after = read_lark(company);
    const Synced run = company.sync_to(0);
    company.check_equals_lark();
    CHECK(run.count("users", "updated") == 3);
    CHECK(run.count("memberships", "created") == 3);
    CHECK(run.count("memberships", "removed") == 3);
    check_updates(company, run, "user", moved, before.people, after.people);
    check_updates(company, run, "department", done.at("departments_changed"),
                  before.departments, after.departments);
    for (const json& change : company.changes(run, "action = 'removed'")) {
        CHECK(change.at("kind") == "membership");
        CHECK(change.at("after").is_null());
        CHECK(change.at("before").at("is_primary") == true);
    }
}

TEST_CASE("somebody who moves to the root is a member of department 0") {
    const Company company;
    company.sync_to(0);
    const Ids moved = company.change({{"do", "move"}, {"to", "0"}});
    company.sync_to(0);
    company.check_equals_lark();
    CHECK(company.set("SELECT open_department_id FROM"
                      " lark_batch.current_memberships WHERE open_id = '" +
                      moved.at(0) + "' AND is_primary") == IdSet{"0"});
}

TEST_CASE("renamed and moved departments are updated, and their paths") {
    const Company company;
    company.sync_to(0);
    const Directory before = read_lark(company);
    const json done = company.change_all(
        {{{"do", "rename_department"}}, {{"do", "move_department"}}});
    const Ids ids = done.at("departments_changed");
    const std::string moved =
        done.at("steps").at(1).at("open_department_ids").at(0);
    const Directory after = read_lark(company);
    const Synced run = company.sync_to(0);
    company.check_equals_lark();
    check_updates(company, run, "department", ids, before.departments,
                  after.departments);
    CHECK(run.count("users", "updated") == 0);
    const std::string parent =
        after.departments.at(moved).at("parent_department_id");
    CHECK(company.sql("SELECT path[array_length(path, 1) - 1] FROM"
                      " lark_batch.department_paths WHERE"
                      " open_department_id = '" +
                      moved + "'") == (parent == "0" ? "" : parent));
}

TEST_CASE("a deleted department departs after two complete runs") {
    const Company company;
    company.sync_to(0);
    const std::string gone = unit_with_both(company).id;
    company.change({{"do", "delete_department"}, {"open_department_id", gone}});
    const std::string state =
        "SELECT state FROM lark_batch.departments"
        " WHERE open_department_id = '" +
        gone + "'";
    const Synced first = company.sync_to(0);
    CHECK(company.sql(state) == "active");
    CHECK(first.count("departments", "departed") == 0);
    CHECK(first.count("users", "departed") == 0);
    const Synced second = company.sync_to(0);
    CHECK(company.sql(state) == "departed");
    CHECK(second.count("departments", "departed") == 1);
    CHECK(second.count("users", "departed") == 0);
    company.check_equals_lark();
    const json change = company.changes(second, "kind = 'department'");
    REQUIRE(change.size() == 1);
    CHECK(change[0].at("action") == "departed");
    CHECK(change[0].at("object_id") == gone);
    CHECK(change[0].at("before") == json{{"state", "active"}});
    CHECK(change[0].at("after") == json{{"state", "departed"}});
}

TEST_CASE("a day with changes of every kind ends equal to Lark") {
    const Company company{{300, 60}};
    company.sync_to(0);
    company.change_all({{{"do", "hire"}, {"count", 10}},
                        {{"do", "leave"}, {"count", 6}},
                        {{"do", "resign"}, {"count", 4}},
                        {{"do", "move"}, {"count", 12}},
                        {{"do", "rename"}, {"count", 9}},
                        {{"do", "rename_department"}, {"count", 3}},
                        {{"do", "move_department"}, {"count", 2}},
                        {{"do", "delete_department"}, {"count", 2}},
                        {{"do", "touch_avatars"}}});
    const Synced first = company.sync_to(0);
    CHECK(first.count("users", "created") == 10);
    CHECK(first.count("users", "departed") == 4);
    const Synced second = company.sync_to(0);
    CHECK(second.count("users", "departed") == 6);
    company.check_equals_lark();
}
