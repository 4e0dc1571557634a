// What an app may see, and what becomes of what it no longer sees.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

// As many as the sandbox shows this app, none of them resigned here.
void check_counts(const Company& company) {
    const json truth = company.truth();
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users") ==
          truth.at("users"));
    CHECK(company.number("SELECT count(*) FROM"
                         " lark_batch.current_departments") ==
          truth.at("departments"));
}

// A department of the first level with people somewhere, whose loss leaves
// others visible: the sandbox drops the last one.
Ids shrink(const Company& company) {
    const std::string answer =
        company.lark().post("/_sandbox/scope", R"({"drop_departments": 1})");
    return json::parse(answer).at("dropped").get<Ids>();
}

}  // namespace

TEST_CASE("an app without all staff sees its scope, and no more") {
    const Company company{{300, 60}};
    const std::string department = unit_with_both(company).id;
    const std::string person = employee_of(company, "0");
    company.scope({{"departments", {department}}, {"users", {person}}});
    const Synced run = company.sync_to(0);
    check_counts(company);
    const json truth = company.truth();
    CHECK(run.count("users", "created") == truth.at("users"));
    CHECK(run.count("memberships", "created") == truth.at("memberships"));
    CHECK(company.state_of(person) == "active");
    // The department of the scope is the top of what is visible.
    CHECK(company.number("SELECT depth FROM lark_batch.department_paths"
                         " WHERE open_department_id = '" +
                         department + "'") == 1);
    Ids visible = ids_below(company, department);
    visible.push_back(department);
    CHECK(company.set("SELECT open_department_id FROM"
                      " lark_batch.current_departments") ==
          IdSet{visible.begin(), visible.end()});
}

TEST_CASE("who left the app's scope is out of scope, not departed") {
    const Company company{{300, 60}};
    company.sync_to(0);
    const Ids dropped = shrink(company);
    REQUIRE(dropped.size() == 1);
    const auto hidden = 300 - company.truth().at("users").get<int>();
    REQUIRE(hidden > 0);
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "out_of_scope") == hidden);
    CHECK(run.count("users", "departed") == 0);
    CHECK(run.count("departments", "departed") == 0);
    CHECK(run.count("departments", "out_of_scope") ==
          60 - company.truth().at("departments").get<int>());
    check_counts(company);
    CHECK(run.app().at("warnings").dump().find("no longer all staff") !=
          std::string::npos);
    for (const json& change : company.changes(run, "kind <> 'membership'")) {
        CHECK(change.at("action") == "out_of_scope");
        CHECK(change.at("after") == json{{"state", "out_of_scope"}});
    }
    // However often: what cannot be seen is never taken for departed.
    for (int again = 0; again < 3; ++again) {
        const Synced next = company.sync_to(0);
        CHECK(next.count("users", "departed") == 0);
        CHECK(company.changes(next).empty());
    }
    check_counts(company);
}

TEST_CASE("who comes back into the scope is revived") {
    const Company company{{300, 60}};
    company.sync_to(0);
    shrink(company);
    const int hidden = company.sync_to(0).count("users", "out_of_scope");
    REQUIRE(hidden > 0);
    company.scope({{"all", true}});
    const Synced run = company.sync_to(0);
    CHECK(run.count("users", "revived") == hidden);
    CHECK(run.count("users", "created") == 0);
    CHECK(run.count("departments", "revived") > 0);
    CHECK(run.count("departments", "created") == 0);
    company.check_equals_lark();
    CHECK(company.number("SELECT count(*) FROM lark_batch.users"
                         " WHERE missing_runs <> 0") == 0);
}

TEST_CASE("who left while out of scope departs after two runs that see all") {
    const Company company{{300, 60}};
    company.sync_to(0);
    const Ids dropped = shrink(company);
    Ids inside = ids_below(company, dropped.at(0));
    inside.push_back(dropped.at(0));
    std::string person;
    for (const std::string& id : inside) {
        person = person.empty() ? employee_of(company, id) : person;
    }
    REQUIRE_FALSE(person.empty());
    company.sync_to(0);
    REQUIRE(company.state_of(person) == "out_of_scope");
    company.change({{"do", "leave"}, {"open_id", person}});
    company.scope({{"all", true}});
    company.sync_to(0);
    CHECK(company.state_of(person) == "out_of_scope");
    company.sync_to(0);
    CHECK(company.state_of(person) == "departed");
    company.check_equals_lark();
}

TEST_CASE("who leaves within a limited scope departs after two runs") {
    const Company company{{300, 60}};
    company.sync_to(0);
    const std::string department = unit_with_both(company).id;
    company.scope({{"departments", {department}}});
    company.sync_to(0);
    const std::string person = employee_of(company, department);
    company.change({{"do", "leave"}, {"open_id", person}});
    company.sync_to(0);
    CHECK(company.state_of(person) == "active");
    company.sync_to(0);
    CHECK(company.state_of(person) == "departed");
}

TEST_CASE("a department that leaves the scope takes nobody along") {
    const Company company{{300, 60}};
    const auto all = units(company);
    Ids tops;
    for (const Unit& one : all) {
        if (one.parent == "0" && one.id != "0") {
            tops.push_back(one.id);
        }
    }
    REQUIRE(tops.size() >= 3);
    company.scope({{"departments", tops}});
    company.sync_to(0);
    check_counts(company);
    tops.pop_back();
    company.scope({{"departments", tops}});
    const Synced run = company.sync_to(0);
    check_counts(company);
    CHECK(run.count("users", "departed") == 0);
    CHECK(run.app().at("warnings").dump().find("lost 1 departments") !=
          std::string::npos);
}

TEST_CASE("an app that sees nobody any more is refused and changes nothing") {
    const Company company;
    company.sync_to(0);
    company.scope({{"departments", json::array()}});
    for (int run = 0; run < 2; ++run) {
        const Synced blind = company.sync_to(77);
        CHECK(blind.err.find("names no department") != std::string::npos);
    }
    CHECK(company.number("SELECT count(*) FROM lark_batch.users"
                         " WHERE state = 'active'") == 60);
    company.scope({{"all", true}});
    CHECK(company.sync_to(0).count("users", "unchanged") == 60);
    company.check_equals_lark();
}

TEST_CASE("a scope department that cannot be fetched keeps its people") {
    const Company company;
    company.scope({{"departments", {unit_with_both(company).id}}});
    company.sync_to(0);
    company.fault("/open-apis/contact/v3/departments/batch",
                  {{"kind", "error"}, {"code", 40161}});
    for (int run = 0; run < 2; ++run) {
        const Synced gap = company.sync_to(3);
        CHECK(company.changes(gap).empty());
    }
    check_counts(company);
    company.heal();
    company.sync_to(0);
    check_counts(company);
}

TEST_CASE("who moves to where a limited scope does not reach never departs") {
    const Company company{{300, 60}};
    company.sync_to(0);
    const std::string department = unit_with_both(company).id;
    const std::string person = employee_of(company, department);
    std::string elsewhere;
    const Ids below = ids_below(company, department);
    for (const Unit& unit : units(company)) {
        const bool inside =
            unit.id == department ||
            std::find(below.begin(), below.end(), unit.id) != below.end();
        if (!inside && unit.id != "0") {
            elsewhere = unit.id;
        }
    }
    company.scope({{"departments", {department}}});
    company.sync_to(0);
    company.change({{"do", "move"}, {"open_id", person}, {"to", elsewhere}});
    company.sync_to(0);
    CHECK(company.state_of(person) == "active");
    for (int run = 0; run < 2; ++run) {
        const Synced later = company.sync_to(0);
        CHECK(later.count("users", "departed") == 0);
        CHECK(company.state_of(person) == "out_of_scope");
    }
    company.scope({{"all", true}});
    company.sync_to(0);
    CHECK(company.state_of(person) == "active");
}
