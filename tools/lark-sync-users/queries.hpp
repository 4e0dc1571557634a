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
    // Stored documents hold values that nobody's document has any more: their
    // fingerprints do not speak for them.
    bool keeps_lost_fields = false;
};

// One switch of an app's directory, as the transaction needs it.
struct Switch {
    std::string app;
    std::string run_id;
    AppState state;  // as of this run
    // Members that nobody's document has any more.
    std::vector<std::string> lost_user_fields;
    std::vector<std::string> lost_department_fields;
    // Set when the reading has proven that nothing differs: what it met.
    struct Unchanged {
        std::uint64_t users = 0;
        std::uint64_t departments = 0;
        std::uint64_t memberships = 0;
    };
    std::optional<Unchanged> unchanged;
    // Gaps, or people of whom nothing is known: something may be held.
    bool incomplete = false;
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

// Makes the staging tables whole: one row an object, the last one staged, and
// what was met but not sent because it is known. May be called again after
// more was staged.
void settle_staging(db::Connection& connection, const std::string& app,
                    Staging& staging);

// Whether the lists that were read, `staged` rows, are other than those
// stored. `orders_lost`: their details say nothing.
bool memberships_differ(db::Connection& connection, const std::string& app,
                        std::uint64_t staged, bool orders_lost);

// The next thousand active people, by id behind `after`, that no list had and
// no gap explains.
std::vector<std::string> absent_people(db::Connection& connection,
                                       const std::string& app,
                                       const std::string& after);

// Who would be departed by this run.
struct AboutToDepart {
    std::vector<std::string> people;
    std::vector<std::string> departments;
};
AboutToDepart about_to_depart(db::Connection& connection,
                              const std::string& app);

// Brings departments, users and memberships of the app to what was staged,
// writes every change to directory_changes, and remembers the state.
Outcomes switch_directory(pqxx::transaction_base& transaction,
                          const Switch& wanted);

// Whether that run's switch was committed.
bool was_switched(db::Connection& connection, const std::string& app,
                  const std::string& run_id);

// Objects by state, for the gauges.
// Every state that an object of a kind can have, at zero. Memberships that
// end are deleted.
Outcomes no_objects();
Outcomes count_states(db::Connection& connection, const std::string& app);

}  // namespace lark_batch::sync_users
