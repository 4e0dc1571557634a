// Limits, quotas and tokens that end in the middle of a run.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"

using namespace lark_batch::test;

namespace {

const json k_with_headers = {{"kind", "rate_limit"}, {"reset", 0}};
const json k_without = {{"kind", "rate_limit"}, {"reset", nullptr}};
const json k_as_400 = {
    {"kind", "rate_limit"}, {"status", 400}, {"reset", nullptr}};

}  // namespace

TEST_CASE("a storm of refused calls is waited out") {
    const Company company;
    company.fault(k_scopes, k_as_400, {{"times", 1}});
    company.fault(k_children, k_without, {{"times", 1}});
    company.fault(k_members, k_with_headers, {{"times", 10}});
    const Synced run = company.sync_to(0);
    CHECK(run.app().at("retries") == 12);
    CHECK(run.app().at("api_calls").get<int>() > 12 + 16);
    company.check_equals_lark();
}

TEST_CASE("a storm without headers, answered with 400, is waited out") {
    const Company company;
    company.fault(k_members, k_as_400, {{"times", 8}});
    const Synced run = company.sync_to(0);
    CHECK(run.app().at("retries") == 8);
    company.check_equals_lark();
}

TEST_CASE("a token that ends in the middle is renewed once") {
    const Company company;
    company.fault(k_members, {{"kind", "expire_tokens"}},
                  {{"after", 5}, {"times", 1}});
    company.sync_to(0);
    CHECK(company.stats().at("token_calls") == 2);
    company.check_equals_lark();
}

TEST_CASE("a quota that is used up is not asked against again") {
    const Company company;
    company.fault(k_scopes, {{"kind", "quota"}});
    const Synced run = company.sync_to(69);
    CHECK(company.calls("scopes") == 1);
    CHECK(run.app().at("retries") == 0);
    CHECK(run.err.find("quota") != std::string::npos);
}

// Each further call would be refused as well: the app is done.
TEST_CASE("a quota used up in the middle ends the app with 69") {
    const Company company{{300, 200}};
    company.sync_to(0);
    company.writes();
    company.change({{"do", "leave"}, {"count", 3}});
    company.fault(k_members, {{"kind", "quota"}}, {{"after", 3}});
    const int before = company.calls("find_by_department");
    const Synced run = company.sync_to(69);
    CHECK(run.app().at("retries") == 0);
    CHECK(run.err.find("quota") != std::string::npos);
    // What is under way is answered; the rest is not begun.
    CHECK(company.calls("find_by_department") < before + 150);
    CHECK(company.writes().at("users") == 0);
}

TEST_CASE("answers that are cut, reset or no JSON are asked for again") {
    const Company company;
    company.fault(k_members, {{"kind", "truncate"}}, {{"times", 1}});
    company.fault(k_members, {{"kind", "reset"}}, {{"times", 1}});
    company.fault(k_members, {{"kind", "not_json"}}, {{"times", 1}});
    company.fault(k_members,
                  {{"kind", "status"}, {"status", 502}, {"html", true}},
                  {{"times", 1}});
    const Synced run = company.sync_to(0);
    CHECK(run.app().at("retries") == 4);
    company.check_equals_lark();
}
