// A repeat over an unchanged company writes nothing (design, safety rule 8).
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

void check_nothing_written(const Company& company, const Synced& run) {
    const json written = company.writes();
    for (const char* table :
         {"users", "departments", "memberships", "directory_changes"}) {
        CAPTURE(table);
        CHECK(written.at(table) == 0);
    }
    // The counters do count: the state of the app is written by each run.
    CHECK(written.at("app_state") > 0);
    const json truth = company.truth();
    CHECK(run.count("users", "unchanged") == truth.at("users"));
    CHECK(run.count("departments", "unchanged") == truth.at("departments"));
    CHECK(run.count("memberships", "unchanged") == truth.at("memberships"));
    for (const char* kind : {"users", "departments", "memberships"}) {
        for (const auto& [fate, count] : run.app().at(kind).items()) {
            CAPTURE(fate);
            CHECK((fate == "unchanged" || count == 0));
        }
    }
}

}  // namespace

TEST_CASE("a repeat over an unchanged company writes no row") {
    const Company company{{300, 60}};
    company.sync_to(0);
    CHECK(company.writes().at("users") == 300);
    check_nothing_written(company, company.sync_to(0));
    check_nothing_written(company, company.sync_to(0));
}

TEST_CASE("new addresses of pictures are no change") {
    const Company company;
    company.sync_to(0);
    company.writes();
    company.change({{"do", "touch_avatars"}});
    check_nothing_written(company, company.sync_to(0));
}

TEST_CASE("a repeat writes no row while an app sees a part only") {
    const Company company;
    company.scope({{"drop_departments", 1}});
    company.sync_to(0);
    company.writes();
    check_nothing_written(company, company.sync_to(0));
}

TEST_CASE("those who resigned and are still listed are not written again") {
    const Company company;
    company.sync_to(0);
    company.change({{"do", "resign"}, {"count", 3}});
    company.sync_to(0);
    company.writes();
    company.sync_to(0);
    const json written = company.writes();
    CHECK(written.at("users") == 0);
    CHECK(written.at("memberships") == 0);
    CHECK(written.at("directory_changes") == 0);
}

TEST_CASE("those who departed are not written again") {
    const Company company;
    company.sync_to(0);
    company.change({{"do", "leave"}, {"count", 3}});
    company.sync_to(0);
    company.sync_to(0);
    company.writes();
    company.sync_to(0);
    const json written = company.writes();
    CHECK(written.at("users") == 0);
    CHECK(written.at("directory_changes") == 0);
}

TEST_CASE("one renamed person costs one row and one change") {
    const Company company{{300, 60}};
    company.sync_to(0);
    company.writes();
    company.change({{"do", "rename"}});
    const Synced run = company.sync_to(0);
    const json written = company.writes();
    CHECK(written.at("users") == 1);
    CHECK(written.at("directory_changes") == 1);
    CHECK(written.at("memberships") == 0);
    CHECK(written.at("departments") == 0);
    CHECK(run.count("users", "updated") == 1);
    CHECK(run.count("users", "unchanged") == 299);
}
