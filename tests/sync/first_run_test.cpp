// What an empty database holds after the first run.
#include <doctest/doctest.h>

#include "tests/sync/company.hpp"
#include "tests/sync/lark_reader.hpp"

using namespace lark_batch::test;

namespace {

json stored(const Company& company, const char* table, const char* key) {
    json found = json::object();
    for (const json& row :
         company.rows(std::string{"SELECT "} + key +
                      " AS id, raw FROM lark_batch." + table)) {
        found[row.at("id").get<std::string>()] = row.at("raw");
    }
    return found;
}

}  // namespace

TEST_CASE("the first run stores the company exactly") {
    const Company company{{300, 60}};
    const Synced run = company.sync_to(0);
    const json truth = company.truth();
    CHECK(run.count("users", "created") == truth.at("users"));
    CHECK(run.count("departments", "created") == truth.at("departments"));
    CHECK(run.count("memberships", "created") == truth.at("memberships"));
    CHECK(run.count("users", "unchanged") == 0);
    company.check_equals_lark();
    CHECK(company.number("SELECT count(*) FROM lark_batch.current_memberships"
                         " WHERE open_department_id = '0'") >= 3);
    CHECK(company.number("SELECT max(n) FROM (SELECT count(*) AS n FROM"
                         " lark_batch.memberships GROUP BY open_id) t") == 2);
}

TEST_CASE("every member of every document is kept as Lark served it") {
    const Company company{{300, 60}};
    company.sync_to(0);
    const Directory lark = read_lark(company);
    REQUIRE(lark.people.size() == 300);
    REQUIRE(lark.departments.size() == 60);
    const json people = stored(company, "users", "open_id");
    const json departments =
        stored(company, "departments", "open_department_id");
    CHECK(people.size() == lark.people.size());
    CHECK(departments.size() == lark.departments.size());
    int different = 0;
    for (const auto& [id, document] : lark.people) {
        different += people.value(id, json{}) == document ? 0 : 1;
    }
    for (const auto& [id, document] : lark.departments) {
        different += departments.value(id, json{}) == document ? 0 : 1;
    }
    CHECK(different == 0);
    const json& anybody = lark.people.begin()->second;
    for (const char* field : {"union_id", "custom_attrs", "orders", "status",
                              "avatar", "job_title", "department_ids"}) {
        CHECK(anybody.contains(field));
    }
}

TEST_CASE("names with quotes, tabs, emoji and other scripts survive") {
    // Large enough for each of the sandbox's awkward names to occur.
    const Company company{{1500, 12}};
    company.sync_to(0);
    const IdSet names =
        company.set("SELECT DISTINCT name FROM lark_batch.current_users");
    for (const std::string name :
         {"Dwayne \"The Rock\" O'Neill", "Tab\tSeparated Name",
          "Back\\slash \\N Null", "Line\nBreak Person",
          "Zoë 🦊 Fox 👩🏽‍💻", "佐藤 さくら", "𠮷野家 太郎",
          "Robert'); DROP TABLE users;--", "  leading and trailing  ",
          "Carriage\r\nReturn", "Bell\x07 and \x1f unit", "{\"json\":[1,2]}"}) {
        CAPTURE(name);
        CHECK(names.count(name) == 1);
    }
}

TEST_CASE("the views show the documents' values in their columns") {
    const Company company;
    company.sync_to(0);
    const Directory lark = read_lark(company);
    const auto text = [](const json& document, const char* field) {
        return document.contains(field) ? document.at(field) : json{};
    };
    for (const json& row :
         company.rows("SELECT *, extract(epoch FROM join_time)::bigint AS"
                      " joined FROM lark_batch.current_users")) {
        const json& document = lark.people.at(row.at("open_id"));
        for (const char* field :
             {"union_id", "user_id", "name", "en_name", "nickname", "email",
              "enterprise_email", "mobile", "employee_no", "employee_type",
              "job_title", "city", "country", "is_tenant_manager"}) {
            CAPTURE(field);
            CHECK(row.at(field) == text(document, field));
        }
        CHECK(row.at("leader_open_id") == document.at("leader_user_id"));
        CHECK(row.at("joined") == document.at("join_time"));
        const json& status = document.at("status");
        CHECK(row.at("is_frozen") == status.at("is_frozen"));
        CHECK(row.at("is_activated") == status.at("is_activated"));
    }
    for (const json& row :
         company.rows("SELECT * FROM lark_batch.current_departments")) {
        const json& document =
            lark.departments.at(row.at("open_department_id"));
        CHECK(row.at("name") == document.at("name"));
        CHECK(row.at("department_id") == document.at("department_id"));
        CHECK(row.at("member_count") == document.at("member_count"));
        CHECK(row.at("leader_open_id") == document.at("leader_user_id"));
        CHECK(row.at("parent_open_department_id") ==
              document.at("parent_department_id"));
    }
}

TEST_CASE("memberships carry the order and say which one is primary") {
    const Company company{{300, 20}};
    company.sync_to(0);
    const Directory lark = read_lark(company);
    int seconds = 0;
    for (const json& row :
         company.rows("SELECT * FROM lark_batch.current_memberships")) {
        const json& person = lark.people.at(row.at("open_id"));
        for (const json& order : person.at("orders")) {
            if (order.at("department_id") == row.at("open_department_id")) {
                CHECK(row.at("is_primary") == order.at("is_primary_dept"));
                CHECK(row.at("user_order") == order.at("user_order"));
                CHECK(row.at("department_order") ==
                      order.at("department_order"));
                seconds += row.at("is_primary") ? 0 : 1;
            }
        }
    }
    CHECK(seconds > 0);
}

TEST_CASE("paths name every department from the top of a deep tree") {
    const Company company;
    company.sync_to(0);
    const Directory lark = read_lark(company);
    std::size_t deepest = 0;
    for (const json& row : company.rows("SELECT p.*, d.path AS same FROM"
                                        " lark_batch.department_paths p JOIN"
                                        " lark_batch.current_departments d"
                                        " USING (open_department_id)")) {
        json ids = json::array();
        json names = json::array();
        std::string full;
        std::string at = row.at("open_department_id");
        while (at != "0") {
            const json& one = lark.departments.at(at);
            ids.insert(ids.begin(), at);
            names.insert(names.begin(), one.at("name"));
            const std::string name = one.at("name");
            full = full.empty() ? name : name + " / " + full;
            at = one.at("parent_department_id");
        }
        CHECK(row.at("path") == ids);
        CHECK(row.at("same") == ids);
        CHECK(row.at("path_names") == names);
        CHECK(row.at("full_name") == full);
        CHECK(row.at("depth") == ids.size());
        deepest = std::max(deepest, ids.size());
    }
    CHECK(deepest >= 10);
}

TEST_CASE("the first run's changes hold the whole documents") {
    const Company company;
    const Synced run = company.sync_to(0);
    CHECK(company.number("SELECT count(*) FROM lark_batch.directory_changes c"
                         " JOIN lark_batch.users u ON u.open_id = c.object_id"
                         " WHERE c.kind = 'user' AND c.action = 'created'"
                         " AND c.before IS NULL AND c.after = u.raw") == 60);
    CHECK(company.number("SELECT count(*) FROM lark_batch.directory_changes c"
                         " JOIN lark_batch.departments d"
                         " ON d.open_department_id = c.object_id"
                         " WHERE c.action = 'created'"
                         " AND c.after = d.raw") == 15);
    CHECK(company.changes(run, "kind = 'membership'").size() ==
          company.truth().at("memberships").get<std::size_t>());
    CHECK(company.changes(run, "action <> 'created'").empty());
}
