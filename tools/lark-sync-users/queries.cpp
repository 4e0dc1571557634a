#include "tools/lark-sync-users/queries.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::sync_users {

namespace {

constexpr const char* k_load_state = R"sql(
SELECT app_id, all_staff, scope_departments, scope_users, user_fields,
       department_fields
FROM lark_batch.app_state WHERE app = $1)sql";

// Without statistics (a first run, a new app) the planner takes an app for
// 0.5 % of its tables and joins whole companies row by row. Every join of the
// sync sees all rows of an app, so hashing them is right at any size.
constexpr const char* k_planner =
    "SET enable_nestloop = off; SET work_mem = '32MB'";

// Documents stay in their row uncompressed: they are read once, soon.
constexpr const char* k_create_staging = R"sql(
DROP TABLE IF EXISTS pg_temp.staged_users, pg_temp.staged_departments,
    pg_temp.staged_memberships, pg_temp.staged_proven, pg_temp.staged_gaps,
    pg_temp.staged_uncertain;
CREATE TEMP TABLE staged_users (
    id text NOT NULL, fingerprint bigint NOT NULL, gone boolean NOT NULL,
    raw jsonb) WITH (toast_tuple_target = 8160);
CREATE TEMP TABLE staged_departments (
    id text NOT NULL, fingerprint bigint NOT NULL, gone boolean NOT NULL,
    raw jsonb) WITH (toast_tuple_target = 8160);
CREATE TEMP TABLE staged_memberships (
    open_id text NOT NULL, open_department_id text NOT NULL,
    is_primary boolean, user_order bigint, department_order bigint);
CREATE TEMP TABLE staged_proven (open_department_id text NOT NULL);
CREATE TEMP TABLE staged_gaps (open_department_id text NOT NULL);
CREATE TEMP TABLE staged_uncertain (open_id text NOT NULL))sql";

// Later rows win: a page chain that was restarted, or an object that changed
// while it was read, comes twice. Rare enough to look for it first.
constexpr const char* k_repeated = R"sql(
SELECT (SELECT count(*) FROM pg_temp.staged_users)
         <> (SELECT count(*) FROM (SELECT id FROM pg_temp.staged_users
                                   GROUP BY id) AS once)
    OR (SELECT count(*) FROM pg_temp.staged_departments)
         <> (SELECT count(*) FROM (SELECT id FROM pg_temp.staged_departments
                                   GROUP BY id) AS once)
    OR (SELECT count(*) FROM pg_temp.staged_memberships)
         <> (SELECT count(*) FROM (SELECT open_id, open_department_id
                                   FROM pg_temp.staged_memberships
                                   GROUP BY open_id, open_department_id)
             AS once))sql";

constexpr const char* k_keep_last = R"sql(
DELETE FROM pg_temp.staged_users one USING pg_temp.staged_users later
WHERE one.id = later.id AND one.ctid < later.ctid;
DELETE FROM pg_temp.staged_departments one
USING pg_temp.staged_departments later
WHERE one.id = later.id AND one.ctid < later.ctid;
DELETE FROM pg_temp.staged_memberships one
USING pg_temp.staged_memberships later
WHERE one.open_id = later.open_id
  AND one.open_department_id = later.open_department_id
  AND one.ctid < later.ctid)sql";

constexpr const char* k_absent_people = R"sql(
SELECT u.open_id FROM lark_batch.users u
WHERE u.app = $1 AND u.state = 'active'
  AND NOT EXISTS (SELECT FROM pg_temp.staged_users s WHERE s.id = u.open_id)
ORDER BY u.open_id)sql";

constexpr const char* k_was_switched = R"sql(
SELECT count(*) FROM lark_batch.app_state
WHERE app = $1 AND last_run_id = $2::uuid)sql";

void load_fingerprints(pqxx::transaction_base& transaction,
                       const std::string& table, const std::string& app,
                       FingerprintSet& into) {
    // A cursor: the answer of a large tenant must not be held as a whole.
    transaction.exec0(
        fmt::format("DECLARE known NO SCROLL CURSOR FOR SELECT fingerprint"
                    " FROM lark_batch.{} WHERE app = {}",
                    table, transaction.quote(app)));
    for (;;) {
        const pqxx::result rows =
            transaction.exec("FETCH FORWARD 10000 FROM known");
        for (const pqxx::row& row : rows) {
            into.insert(row[0].as<std::int64_t>());
        }
        if (rows.empty()) {
            break;
        }
    }
    transaction.exec0("CLOSE known");
}

Counts states_of(pqxx::transaction_base& transaction, const char* sql,
                 const std::string& app) {
    Counts counts{{"active", 0}, {"departed", 0}, {"out_of_scope", 0}};
    for (const pqxx::row& row : transaction.exec_params(sql, app)) {
        counts[row[0].c_str()] = row[1].as<std::int64_t>();
    }
    return counts;
}

}  // namespace

std::optional<AppState> load_app_state(db::Connection& connection,
                                       const std::string& app) {
    std::optional<AppState> state;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::result rows = direct.exec_params(k_load_state, app);
        if (!rows.empty()) {
            const pqxx::row row = rows[0];
            state = AppState{row[0].c_str(),
                             row[1].as<bool>(),
                             db::text_array_of(row[2]),
                             db::text_array_of(row[3]),
                             db::text_array_of(row[4]),
                             db::text_array_of(row[5])};
        }
    });
    return state;
}

Known load_known(db::Connection& connection, const std::string& app) {
    Known known;
    db::rehearse(connection, [&](pqxx::transaction_base& transaction) {
        load_fingerprints(transaction, "users", app, known.users);
        load_fingerprints(transaction, "departments", app, known.departments);
    });
    return known;
}

void create_staging(db::Connection& connection) {
    connection.execute(k_planner);
    connection.execute(k_create_staging);
}

void settle_staging(db::Connection& connection) {
    bool repeated = false;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        repeated = direct.exec1(k_repeated)[0].as<bool>();
    });
    if (repeated) {
        connection.execute(k_keep_last);
    }
}

std::vector<std::string> absent_people(db::Connection& connection,
                                       const std::string& app) {
    std::vector<std::string> open_ids;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec_params(k_absent_people, app)) {
            open_ids.emplace_back(row[0].c_str());
        }
    });
    return open_ids;
}

bool was_switched(db::Connection& connection, const std::string& app,
                  const std::string& run_id) {
    bool switched = false;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        switched =
            direct.exec_params1(k_was_switched, app, run_id)[0].as<int>() == 1;
    });
    return switched;
}

Outcomes count_states(db::Connection& connection, const std::string& app) {
    Outcomes outcomes;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        outcomes.users =
            states_of(direct,
                      "SELECT state, count(*) FROM lark_batch.users"
                      " WHERE app = $1 GROUP BY state",
                      app);
        outcomes.departments =
            states_of(direct,
                      "SELECT state, count(*) FROM lark_batch.departments"
                      " WHERE app = $1 GROUP BY state",
                      app);
        outcomes.memberships =
            states_of(direct,
                      "SELECT 'active', count(*) FROM lark_batch.memberships"
                      " WHERE app = $1",
                      app);
    });
    return outcomes;
}

}  // namespace lark_batch::sync_users
