// A played company, an empty database of its own, and the directory sync
// between the two.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/postgres.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

using nlohmann::json;
using Ids = std::vector<std::string>;
using IdSet = std::set<std::string>;

// Every secret of every fixture begins like this: found in any output, it
// has leaked.
inline constexpr const char* k_planted = "planted-secret-5e77a1";

inline constexpr const char* k_members =
    "/open-apis/contact/v3/users/find_by_department";
inline constexpr const char* k_children =
    "/open-apis/contact/v3/departments/:department_id/children";
inline constexpr const char* k_scopes = "/open-apis/contact/v3/scopes";

// What one run of lark-sync-users came to.
struct Synced {
    int exit_code = -1;
    std::string out{};
    std::string err{};
    json result{};  // with --json only

    const json& app(std::size_t place = 0) const {
        return result.at("apps").at(place);
    }
    int count(const char* kind, const char* fate) const {
        return app().at(kind).at(fate).get<int>();
    }
    std::string run_id() const { return result.at("run_id"); }
};

struct AppEntry {
    std::string name = "hr";
    std::string app_id = "cli_first_app";
    std::string secret = std::string{k_planted} + "-cli_first_app";
    bool enabled = true;
};

struct Size {
    int people = 60;
    int departments = 15;
};

class Company {
public:
    // Two apps are known to Lark: cli_first_app and cli_second_app, each with
    // the secret k_planted "-" app_id. The configuration holds the first.
    explicit Company(Size size = {},
                     const std::vector<std::string>& flags = {});

    // Runs with --json. Checks that no secret is told.
    Synced sync(const std::vector<std::string>& more = {}) const;
    // The same, and the run must end with that code.
    Synced sync_to(int exit_code,
                   const std::vector<std::string>& more = {}) const;
    // Runs with exactly these arguments beside --config.
    Synced start(const std::vector<std::string>& arguments) const;

    void configure(const std::vector<AppEntry>& apps,
                   const std::string& more = {}) const;

    // --- the sandbox's control calls
    // One step; the ids of whom it changed.
    Ids change(json step) const;
    json change_all(json steps) const;
    void fault(const std::string& path, json action, json rule = {}) const;
    void heal() const;
    void scope(json body) const;
    void hide(const Ids& user_fields, const Ids& department_fields = {}) const;
    json truth() const;
    json stats() const;
    int calls(const std::string& api) const;
    const Sandbox& lark() const { return m_sandbox; }

    // --- the database
    std::string sql(const std::string& text) const;
    int number(const std::string& sql) const;
    // The rows of a query as objects.
    json rows(const std::string& query) const;
    // First columns.
    IdSet set(const std::string& query) const;
    std::string state_of(const std::string& open_id) const;
    // Of one run, in order.
    json changes(const Synced& run, const std::string& filter = "true") const;
    // Rows written to the directory's tables since the last call.
    json writes() const;

    // Whether users, departments and memberships are as Lark has them now,
    // person by person. Leaves a CHECK for each.
    void check_equals_lark() const;

private:
    Sandbox m_sandbox;
    TempDir m_dir;
    std::string m_database;
};

// Departments of the company as the sandbox tells them, root included.
struct Unit {
    std::string id;
    std::string parent;
    int members = 0;
};
std::vector<Unit> units(const Company& company);
// One with members and with departments below it.
Unit unit_with_both(const Company& company);
// Somebody who leads nothing, in that department only.
std::string employee_of(const Company& company, const std::string& department);

Ids ids_below(const Company& company, const std::string& department);

}  // namespace lark_batch::test
