// What a run tells, what it keeps to itself, and what a plan does.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"
#include "tests/sync/lark_reader.hpp"

using namespace lark_batch::test;

namespace {

IdSet keys(const json& object) {
    IdSet names;
    for (const auto& [key, value] : object.items()) {
        names.insert(key);
    }
    return names;
}

const IdSet k_fates{"created", "updated",  "unchanged",
                    "revived", "departed", "out_of_scope"};

json plan_of(const Synced& run) {
    json plan = json::array();
    for (const json& app : run.result.at("apps")) {
        plan.push_back({app.at("name"), app.at("outcome"), app.at("users"),
                        app.at("departments"), app.at("memberships"),
                        app.at("lost_fields"), app.at("warnings"),
                        app.at("incomplete_departments")});
    }
    return plan;
}

}  // namespace

TEST_CASE("the result object has the documented members") {
    const Company company;
    const Synced run = company.sync_to(0);
    CHECK(keys(run.result) == IdSet{"schema_version", "task", "run_id",
                                    "outcome", "exit_code", "started_at",
                                    "seconds", "dry_run", "apps"});
    CHECK(run.result.at("schema_version") == 1);
    CHECK(run.result.at("task") == "sync_users");
    CHECK(run.result.at("outcome") == "success");
    CHECK(run.out.find('\n') == run.out.size() - 1);
    const json& app = run.app();
    CHECK(keys(app) == IdSet{"name", "outcome", "users", "departments",
                             "memberships", "api_calls", "retries", "stages",
                             "incomplete_departments", "lost_fields",
                             "warnings"});
    CHECK(keys(app.at("users")) == k_fates);
    CHECK(keys(app.at("departments")) == k_fates);
    CHECK(keys(app.at("memberships")) ==
          IdSet{"created", "updated", "unchanged", "removed"});
    CHECK(app.at("api_calls") == company.stats().at("total"));
    CHECK(keys(app.at("stages")) ==
          IdSet{"prepare", "read", "verify", "switch"});
    CHECK(company.sql("SELECT outcome || exit_code FROM lark_batch.task_runs"
                      " WHERE run_id = '" +
                      run.run_id() + "'") == "success0");
}

TEST_CASE("a failed app has all members as well") {
    const Company company;
    company.fault(k_scopes, {{"kind", "quota"}});
    const Synced run = company.sync_to(69);
    const IdSet found = keys(run.app());
    for (const char* name :
         {"name", "outcome", "error", "hint", "users", "departments",
          "memberships", "api_calls", "retries", "stages"}) {
        CAPTURE(name);
        CHECK(found.count(name) == 1);
    }
    // A reader that adds up counts must find them.
    CHECK(keys(run.app().at("users")) == k_fates);
}

TEST_CASE("without --json nothing is said on standard output") {
    const Company company;
    const Synced run = company.start({});
    CHECK(run.exit_code == 0);
    CHECK(run.out.empty());
    CHECK_FALSE(run.err.empty());
}

TEST_CASE("a plan is what the next run does, and writes nothing") {
    const Company company;
    company.sync_to(0);
    const Ids left = company.change({{"do", "leave"}, {"count", 2}});
    company.sync_to(0);
    company.change_all({{{"do", "hire"}, {"count", 3}},
                        {{"do", "resign"}, {"count", 2}},
                        {{"do", "move"}, {"count", 3}},
                        {{"do", "rename"}, {"count", 2}},
                        {{"do", "rename_department"}}});
    company.writes();
    const Synced plan = company.sync_to(0, {"--dry-run"});
    CHECK(plan.result.at("dry_run") == true);
    // Rows that were written and rolled back are counted by the server too.
    const auto all = [&company](const char* table) {
        return company.sql(std::string{"SELECT md5(coalesce(string_agg("
                                       "t::text || t.xmin::text, ','"
                                       " ORDER BY t::text), ''))"
                                       " FROM lark_batch."} +
                           table + " t");
    };
    std::map<std::string, std::string> before;
    const auto tables = company.set(
        "SELECT relname::text FROM pg_stat_user_tables"
        " WHERE schemaname = 'lark_batch'");
    for (const std::string& table : tables) {
        before[table] = all(table.c_str());
    }
    CHECK(before.size() >= 9);
    const Synced again = company.sync_to(0, {"--dry-run"});
    for (const std::string& table : tables) {
        CAPTURE(table);
        CHECK(all(table.c_str()) == before.at(table));
    }
    CHECK(plan_of(again) == plan_of(plan));
    CHECK(company.number("SELECT count(*) FROM lark_batch.task_runs") == 2);

    const Synced real = company.sync_to(0);
    CHECK(plan_of(real) == plan_of(plan));
    CHECK(real.count("users", "created") == 3);
    CHECK(real.count("users", "departed") == 4);
    CHECK(company.state_of(left.at(0)) == "departed");
}

TEST_CASE("a plan over an empty database writes nothing") {
    const Company company;
    const Synced plan = company.sync_to(0, {"--dry-run"});
    CHECK(plan.count("users", "created") == 60);
    CHECK(company.number("SELECT count(*) FROM lark_batch.users") == 0);
    CHECK(company.number("SELECT count(*) FROM lark_batch.app_state") == 0);
    CHECK(company.number("SELECT count(*) FROM lark_batch.task_runs") == 0);
}

// The fixture looks for planted secrets in the output of every run.
TEST_CASE("no token and no personal data is told, whatever happens") {
    const Company company;
    const Directory lark = read_lark(company);
    company.fault(k_members, {{"kind", "not_json"}}, {{"times", 1}});
    company.fault(k_members, {{"kind", "expire_tokens"}},
                  {{"after", 3}, {"times", 1}});
    company.fault(k_members, {{"kind", "error"}, {"code", 40161}},
                  {{"department", unit_with_both(company).id}});
    company.hide({"nickname"});
    company.change({{"do", "leave"}});
    std::string told;
    for (const char* format : {"text", "json", "journal"}) {
        const Synced run = company.sync(
            {"--log-level", "debug", "--log-format", format, "--dry-run"});
        CHECK(run.exit_code == 3);
        told += run.out + run.err;
        const Synced real =
            company.sync({"--log-level", "debug", "--log-format", format});
        told += real.out + real.err;
    }
    told += company.start({"--print-config"}).out;
    CHECK(told.find("Bearer") == std::string::npos);
    CHECK(told.find("tenant_access_token\":") == std::string::npos);
    for (const auto& [id, person] : lark.people) {
        for (const char* field : {"name", "en_name", "mobile", "email",
                                  "enterprise_email", "union_id"}) {
            const std::string value = person.at(field);
            CAPTURE(field);
            CAPTURE(value);
            CHECK((value.empty() || told.find(value) == std::string::npos));
        }
    }
}
