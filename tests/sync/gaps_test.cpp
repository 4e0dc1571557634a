// Nothing is removed on an unproven read (design, safety rule 1).
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

const json k_refused = {{"kind", "error"}, {"code", 40161}};

// Somebody who is in none of these departments.
std::string employee_outside(const Company& company, const Ids& departments) {
    for (const Unit& one : units(company)) {
        const bool inside = std::find(departments.begin(), departments.end(),
                                      one.id) != departments.end();
        const std::string person = employee_of(company, one.id);
        if (!inside && !person.empty()) {
            return person;
        }
    }
    REQUIRE_MESSAGE(false, "this company has no such person");
    return {};
}

bool warns_of(const Synced& run, const std::string& words) {
    const json& warnings = run.app().at("warnings");
    return std::any_of(warnings.begin(), warnings.end(), [&](const json& one) {
        return one.get<std::string>().find(words) != std::string::npos;
    });
}

// One leaver in a department, one in what lies below it, one elsewhere.
struct Leavers {
    explicit Leavers(const Company& company)
        : department(unit_with_both(company).id) {
        Ids inside = ids_below(company, department);
        own = employee_of(company, department);
        for (const std::string& id : inside) {
            below = below.empty() ? employee_of(company, id) : below;
        }
        inside.push_back(department);
        elsewhere = employee_outside(company, inside);
        company.change(
            {{"do", "leave"}, {"open_ids", Ids{own, below, elsewhere}}});
    }

    std::string department;
    std::string own;
    std::string below;
    std::string elsewhere;
};

}  // namespace

TEST_CASE("a department that fails for good keeps its people and subtree") {
    const Company company;
    company.sync_to(0);
    const Leavers left{company};
    company.change({{"do", "hire"}, {"to", "0"}});
    company.fault(k_members, {{"kind", "error"}, {"code", 40003}},
                  {{"department", left.department}});
    const Synced first = company.sync_to(3);
    CHECK(first.app().at("outcome") == "partial");
    CHECK(first.app().at("incomplete_departments") == 1);
    CHECK(first.app().at("retries") > 0);
    CHECK(first.count("users", "created") == 1);
    CHECK(warns_of(first, left.department));

    company.heal();
    company.fault(k_members, {{"kind", "status"}, {"status", 500}},
                  {{"department", left.department}});
    const Synced second = company.sync_to(3);
    CHECK(second.count("users", "departed") == 1);
    CHECK(company.state_of(left.elsewhere) == "departed");
    CHECK(company.state_of(left.own) == "active");
    CHECK(company.state_of(left.below) == "active");

    company.heal();
    company.sync_to(0);
    CHECK(company.state_of(left.own) == "active");
    company.sync_to(0);
    CHECK(company.state_of(left.own) == "departed");
    CHECK(company.state_of(left.below) == "departed");
    company.check_equals_lark();
}

TEST_CASE("a broken list of departments removes nobody and no department") {
    const Company company{{150, 70}};
    company.sync_to(0);
    const Leavers left{company};
    company.change({{"do", "delete_department"},
                    {"open_department_id", units(company).back().id}});
    for (const json& action : {k_refused, json{{"kind", "short_chain"}},
                               json{{"kind", "page_loop"}}}) {
        CAPTURE(action.dump());
        company.heal();
        company.fault(k_children, action, {{"after", 1}});
        const Synced run = company.sync_to(3);
        CHECK(run.count("users", "departed") == 0);
        CHECK(run.count("departments", "departed") == 0);
        CHECK(run.count("memberships", "removed") == 0);
    }
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_users") ==
          150);
    CHECK(company.number("SELECT count(*) FROM"
                         " lark_batch.current_departments") == 70);
    company.heal();
    company.sync_to(0);
    company.sync_to(0);
    company.check_equals_lark();
}

TEST_CASE("an empty page that says there is more is not the end") {
    const Company company{{150, 70}};
    company.fault(k_children, {{"kind", "empty_page"}}, {{"times", 2}});
    company.fault(k_members, {{"kind", "empty_page"}}, {{"times", 5}});
    company.sync_to(0);
    CHECK(company.stats().at("rules").at(0).at("hits") == 2);
    CHECK(company.stats().at("rules").at(1).at("hits") == 5);
    company.check_equals_lark();
}

TEST_CASE("a list of members that loops or stops early is a gap") {
    const Company company;
    company.sync_to(0);
    const Leavers left{company};
    for (const char* kind : {"page_loop", "short_chain"}) {
        CAPTURE(kind);
        company.heal();
        company.fault(k_members, {{"kind", kind}},
                      {{"department", left.department}});
        const Synced run = company.sync_to(3);
        CHECK(run.app().at("incomplete_departments") == 1);
        CHECK(warns_of(run, left.department));
    }
    CHECK(company.state_of(left.own) == "active");
    CHECK(company.state_of(left.below) == "active");
    CHECK(company.state_of(left.elsewhere) == "departed");
}

// The answer looks complete: only asking for each missing person tells.
TEST_CASE("people missing from a list that is silently short stay") {
    const Company company{{200, 3}};
    company.sync_to(0);
    company.writes();
    std::string large;
    for (const Unit& one : units(company)) {
        large = one.id != "0" && one.members > 50 ? one.id : large;
    }
    REQUIRE_FALSE(large.empty());
    company.fault(k_members, {{"kind", "short_chain"}, {"drop", true}},
                  {{"department", large}});
    const Synced first = company.sync_to(0);
    company.sync_to(0);
    company.sync_to(0);
    CHECK(company.stats().at("rules").at(0).at("hits") == 3);
    CHECK(company.calls("users/batch") > 0);
    CHECK(company.changes(first).empty());
    company.check_equals_lark();
    const json written = company.writes();
    CHECK(written.at("users") == 0);
    CHECK(written.at("memberships") == 0);
}

TEST_CASE("a leaver hidden by a failing look-up by id stays") {
    const Company company;
    company.sync_to(0);
    const Ids left = company.change({{"do", "leave"}});
    company.fault("/open-apis/contact/v3/users/batch", k_refused);
    company.sync_to(3);
    company.sync_to(3);
    CHECK(company.state_of(left.at(0)) == "active");
    company.heal();
    company.sync_to(0);
    company.sync_to(0);
    CHECK(company.state_of(left.at(0)) == "departed");
}

TEST_CASE("without the contact scope nothing is changed") {
    const Company company;
    company.sync_to(0);
    company.change({{"do", "leave"}, {"count", 5}});
    company.change({{"do", "hire"}, {"count", 5}});
    company.writes();
    company.fault(k_scopes, k_refused);
    for (int run = 0; run < 2; ++run) {
        const Synced failed = company.sync_to(1);
        CHECK(failed.app().at("outcome") == "failure");
        CHECK(failed.app().at("error").get<std::string>().find("scopes") !=
              std::string::npos);
    }
    const json written = company.writes();
    for (const char* table : {"users", "departments", "memberships",
                              "directory_changes", "app_state"}) {
        CHECK(written.at(table) == 0);
    }
}

TEST_CASE("a department deleted between its listing and its reading") {
    const Company company;
    company.sync_to(0);
    const Leavers left{company};
    for (const int code : {40004, 40008, 40015}) {
        CAPTURE(code);
        company.heal();
        company.fault(k_members, {{"kind", "error"}, {"code", code}},
                      {{"department", left.department}});
        const Synced run = company.sync_to(3);
        CHECK(run.count("departments", "departed") == 0);
    }
    CHECK(company.state_of(left.own) == "active");
    company.heal();
    company.change(
        {{"do", "delete_department"}, {"open_department_id", left.department}});
    company.sync_to(0);
    company.sync_to(0);
    company.check_equals_lark();
}

TEST_CASE("large trees that refuse recursion are read level by level") {
    const Company company;
    company.lark().post("/_sandbox/settings",
                        R"({"big_department_refused": true})");
    company.sync_to(0);
    company.check_equals_lark();
    CHECK(company.calls("children") >= 16);
    company.lark().post("/_sandbox/settings",
                        R"({"big_department_refused": false})");
    const Synced again = company.sync_to(0);
    CHECK(again.count("users", "unchanged") == 60);
    CHECK(again.count("departments", "unchanged") == 15);
}

TEST_CASE("a failing list of the root's own people holds the whole company") {
    const Company company;
    company.sync_to(0);
    const Leavers left{company};
    company.fault(k_members, k_refused, {{"department", "0"}});
    for (int run = 0; run < 2; ++run) {
        const Synced gap = company.sync_to(3);
        CHECK(gap.count("users", "departed") == 0);
        CHECK(gap.count("memberships", "removed") == 0);
    }
    CHECK(company.state_of(left.elsewhere) == "active");
}

TEST_CASE("a broken list of departments does not ask for everybody by id") {
    const Company company{{300, 60}};
    company.sync_to(0);
    company.fault(k_children, {{"kind", "error"}, {"code", 40003}});
    const Synced gap = company.sync();
    CHECK(gap.exit_code != 0);
    CHECK(company.changes(gap).empty());
    CHECK(company.calls("/open-apis/contact/v3/users/batch") == 0);
}
