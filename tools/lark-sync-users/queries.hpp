// The SQL of the directory sync, as named functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/db/connection.hpp"
#include "tools/lark-sync-users/staging.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::sync_users {

// What the last run knew of an app.
struct AppState {
    std::string app_id;
    bool all_staff = false;
    std::vector<std::string> scope_departments;
    std::vector<std::string> scope_users;
    std::vector<std::string> user_fields;
    std::vector<std::string> department_fields;
};

// One switch of an app's directory, as the transaction needs it.
struct Switch {
    std::string app;
    std::string run_id;
    AppState state;  // as of this run
    // Members that nobody's document has any more.
    std::vector<std::string> lost_user_fields;
    std::vector<std::string> lost_department_fields;
};

// How many objects of a kind met which fate.
using Counts = std::map<std::string, std::int64_t>;
struct Outcomes {
    Counts users;
    Counts departments;
    Counts memberships;
};

std::optional<AppState> load_app_state(db::Connection& connection,
                                       const std::string& app);

Known load_known(db::Connection& connection, const std::string& app);

// Empty staging tables of this session.
void create_staging(db::Connection& connection);

// One row an object: the last one staged.
void settle_staging(db::Connection& connection);

// Active people of the app that no list had.
std::vector<std::string> absent_people(db::Connection& connection,
                                       const std::string& app);

// Brings departments, users and memberships of the app to what was staged,
// writes every change to directory_changes, and remembers the state.
Outcomes switch_directory(pqxx::transaction_base& transaction,
                          const Switch& wanted);

// Whether that run's switch was committed.
bool was_switched(db::Connection& connection, const std::string& app,
                  const std::string& run_id);

// Objects by state, for the gauges.
Outcomes count_states(db::Connection& connection, const std::string& app);

}  // namespace lark_batch::sync_users
