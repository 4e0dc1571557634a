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
       department_fields,
       lost_user_fields <> '{}' OR lost_department_fields <> '{}'
FROM lark_batch.app_state WHERE app = $1)sql";

// Without statistics (a first run, a new app) the planner takes an app for
// 0.5 % of its tables and joins whole companies row by row. Every join of the
// sync sees all rows of an app, so hashing them is right at any size.
constexpr const char* k_planner =
    "SET enable_nestloop = off; SET work_mem = '32MB'";

// Documents stay in their row uncompressed: they are read once, soon. Short
// strings need no TOAST table, whose creation costs more than its use.
constexpr const char* k_create_staging = R"sql(
DROP TABLE IF EXISTS pg_temp.staged_users, pg_temp.staged_departments,
    pg_temp.staged_memberships, pg_temp.staged_proven, pg_temp.staged_gaps,
    pg_temp.staged_uncertain, pg_temp.staged_unseen, pg_temp.staged_beyond;
CREATE TEMP TABLE staged_users (
    id text COLLATE "C" NOT NULL, fingerprint bigint NOT NULL,
    gone boolean NOT NULL, raw jsonb) WITH (toast_tuple_target = 8160);
CREATE TEMP TABLE staged_departments (
    id text COLLATE "C" NOT NULL, fingerprint bigint NOT NULL,
    gone boolean NOT NULL, raw jsonb) WITH (toast_tuple_target = 8160);
CREATE TEMP TABLE staged_memberships (
    open_id varchar(200) COLLATE "C" NOT NULL,
    open_department_id varchar(200) COLLATE "C" NOT NULL,
    is_primary boolean, user_order bigint, department_order bigint);
CREATE TEMP TABLE staged_proven (
    open_department_id varchar(200) COLLATE "C" NOT NULL);
CREATE TEMP TABLE staged_gaps (
    open_department_id varchar(200) COLLATE "C" NOT NULL);
CREATE TEMP TABLE staged_uncertain (id varchar(200) COLLATE "C" NOT NULL);
CREATE TEMP TABLE staged_beyond (id varchar(200) COLLATE "C" NOT NULL);
CREATE TEMP TABLE staged_unseen (
    kind varchar(20) NOT NULL, half_print bigint NOT NULL))sql";

// Later rows win: an object that changed while it was read, or a page chain
// that was restarted, comes twice. Rare enough to look for it first.
constexpr const char* k_repeated = R"sql(
SELECT EXISTS (SELECT FROM pg_temp.staged_users
               GROUP BY id HAVING count(*) > 1)
    OR EXISTS (SELECT FROM pg_temp.staged_departments
               GROUP BY id HAVING count(*) > 1))sql";

constexpr const char* k_keep_last = R"sql(
DELETE FROM pg_temp.staged_users one USING pg_temp.staged_users later
WHERE one.id = later.id AND one.ctid < later.ctid;
DELETE FROM pg_temp.staged_departments one
USING pg_temp.staged_departments later
WHERE one.id = later.id AND one.ctid < later.ctid)sql";

// What was met and is known was not sent: here it joins the rest.
constexpr const char* k_add_known = R"sql(
INSERT INTO {staged} (id, fingerprint, gone)
SELECT t.{key}, t.fingerprint, {gone}
FROM {table} t
WHERE t.app = {app}
  AND NOT EXISTS (SELECT FROM pg_temp.staged_unseen x
                  WHERE x.kind = '{kind}'
                    AND x.half_print = t.fingerprint >> 1)
  AND NOT EXISTS (SELECT FROM {staged} s WHERE s.id = t.{key}))sql";

constexpr const char* k_user_gone =
    "coalesce(lark_batch.json_boolean(t.raw -> 'status', 'is_resigned'),"
    " false)";
constexpr const char* k_department_gone =
    "coalesce(lark_batch.json_boolean(t.raw -> 'status', 'is_deleted'),"
    " false)";

// The kinds of KnownObjects: expected, optional, unexpected; and pending, who
// must be looked at even if nothing else has changed.
constexpr const char* k_known = R"sql(
DECLARE known NO SCROLL CURSOR FOR
SELECT t.fingerprint,
       CASE WHEN t.state = 'active' AND t.missing_runs = 0 THEN 'e'
            WHEN t.state = 'departed' AND {gone} THEN 'o'
            WHEN t.state = 'departed' THEN 'u' ELSE 'p' END
FROM {table} t WHERE t.app = {app})sql";

constexpr const char* k_memberships_differ = R"sql(
SELECT (SELECT count(*) FROM lark_batch.memberships WHERE app = $1) <> $2
    OR EXISTS (
        SELECT FROM pg_temp.staged_memberships s
        LEFT JOIN lark_batch.memberships m
            ON m.app = $1 AND m.open_id = s.open_id
           AND m.open_department_id = s.open_department_id
        WHERE m.open_id IS NULL
           OR ((m.is_primary, m.user_order, m.department_order)
               IS DISTINCT FROM
               (s.is_primary, s.user_order, s.department_order)
               AND NOT $3::boolean)))sql";

// In pieces, by id: a scope may have lost half a company. People of a list
// that broke off are held anyway.
constexpr const char* k_absent_people = R"sql(
SELECT u.open_id FROM lark_batch.users u
WHERE u.app = $1 AND u.state = 'active' AND u.open_id > $2
  AND NOT EXISTS (SELECT FROM pg_temp.staged_users s WHERE s.id = u.open_id)
  AND NOT EXISTS (SELECT FROM pg_temp.staged_gaps
                  WHERE open_department_id = '0')
  AND NOT EXISTS (
      SELECT FROM lark_batch.memberships m
      JOIN pg_temp.staged_gaps g
          ON g.open_department_id = m.open_department_id
      WHERE m.app = u.app AND m.open_id = u.open_id)
ORDER BY u.open_id LIMIT 1000)sql";

// Absent for the second time, so that it matters where they are.
constexpr const char* k_about_to_depart = R"sql(
SELECT t.{key} FROM {table} t
WHERE t.app = {app} AND t.state = 'active' AND t.missing_runs >= 1
  AND NOT EXISTS (SELECT FROM {staged} s WHERE s.id = t.{key})
  AND NOT EXISTS (SELECT FROM pg_temp.staged_uncertain x
                  WHERE x.id = t.{key})
ORDER BY 1)sql";

constexpr const char* k_was_switched = R"sql(
SELECT count(*) FROM lark_batch.app_state
WHERE app = $1 AND last_run_id = $2::uuid)sql";

struct KindNames {
    const char* kind;
    const char* table;
    const char* key;
    const char* staged;
    const char* gone;
};
constexpr KindNames k_users{"user", "lark_batch.users", "open_id",
                            "pg_temp.staged_users", k_user_gone};
constexpr KindNames k_departments{
    "department", "lark_batch.departments", "open_department_id",
    "pg_temp.staged_departments", k_department_gone};

std::string filled(const char* sql, const KindNames& names,
                   const std::string& quoted_app) {
    return fmt::format(
        fmt::runtime(sql), fmt::arg("kind", names.kind),
        fmt::arg("table", names.table), fmt::arg("key", names.key),
        fmt::arg("staged", names.staged), fmt::arg("gone", names.gone),
        fmt::arg("app", quoted_app));
}

void note_known(KnownObjects& known, std::int64_t print, char category) {
    known.all.insert(print);
    if (category == 'e') {
        ++known.expected;
    } else if (category == 'o') {
        known.optional.insert(print);
    } else {
        known.unexpected.insert(print);
        known.pending = known.pending || category == 'p';
    }
}

void load_known(pqxx::transaction_base& transaction, const KindNames& names,
                const std::string& app, KnownObjects& known) {
    // A cursor: the answer of a large tenant must not be held as a whole.
    transaction.exec0(filled(k_known, names, transaction.quote(app)));
    for (;;) {
        const pqxx::result rows =
            transaction.exec("FETCH FORWARD 10000 FROM known");
        for (const pqxx::row& row : rows) {
            note_known(known, row[0].as<std::int64_t>(), *row[1].c_str());
        }
        if (rows.empty()) {
            break;
        }
    }
    transaction.exec0("CLOSE known");
}

void count_into(Counts& counts, pqxx::transaction_base& transaction,
                const char* sql, const std::string& app) {
    for (const pqxx::row& row : transaction.exec_params(sql, app)) {
        counts[row[0].c_str()] = row[1].as<std::int64_t>();
    }
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
                             db::text_array_of(row[5]),
                             row[6].as<bool>()};
        }
    });
    return state;
}

Known load_known(db::Connection& connection, const std::string& app) {
    Known known;
    db::rehearse(connection, [&](pqxx::transaction_base& transaction) {
        load_known(transaction, k_users, app, known.users);
        load_known(transaction, k_departments, app, known.departments);
    });
    return known;
}

void create_staging(db::Connection& connection) {
    connection.execute(k_planner);
    connection.execute(k_create_staging);
}

void settle_staging(db::Connection& connection, const std::string& app,
                    Staging& staging) {
    staging.flush();
    if (staging.left_known_out()) {
        connection.execute("TRUNCATE pg_temp.staged_unseen");
        staging.send_unseen();
    }
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        if (transaction.exec1(k_repeated)[0].as<bool>()) {
            transaction.exec0(k_keep_last);
        }
        // Without anything known all that was met was sent.
        if (staging.left_known_out()) {
            const std::string quoted = transaction.quote(app);
            transaction.exec0(filled(k_add_known, k_departments, quoted));
            transaction.exec0(filled(k_add_known, k_users, quoted));
        }
    });
}

bool memberships_differ(db::Connection& connection, const std::string& app,
                        std::uint64_t staged, bool orders_lost) {
    bool differ = false;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        differ =
            direct
                .exec_params1(k_memberships_differ, app,
                              static_cast<long long>(staged), orders_lost)[0]
                .as<bool>();
    });
    return differ;
}

std::vector<std::string> absent_people(db::Connection& connection,
                                       const std::string& app,
                                       const std::string& after) {
    std::vector<std::string> open_ids;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec_params(k_absent_people, app, after)) {
            open_ids.emplace_back(row[0].c_str());
        }
    });
    return open_ids;
}

AboutToDepart about_to_depart(db::Connection& connection,
                              const std::string& app) {
    AboutToDepart ids;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const auto collect = [&](const KindNames& names,
                                 std::vector<std::string>& into) {
            for (const pqxx::row& row : direct.exec(
                     filled(k_about_to_depart, names, direct.quote(app)))) {
                into.emplace_back(row[0].c_str());
            }
        };
        collect(k_users, ids.people);
        collect(k_departments, ids.departments);
    });
    return ids;
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

Outcomes no_objects() {
    const Counts states{{"active", 0}, {"departed", 0}, {"out_of_scope", 0}};
    return {states, states, {{"active", 0}}};
}

Outcomes count_states(db::Connection& connection, const std::string& app) {
    Outcomes outcomes = no_objects();
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        count_into(outcomes.users, direct,
                   "SELECT state, count(*) FROM lark_batch.users"
                   " WHERE app = $1 GROUP BY state",
                   app);
        count_into(outcomes.departments, direct,
                   "SELECT state, count(*) FROM lark_batch.departments"
                   " WHERE app = $1 GROUP BY state",
                   app);
        count_into(outcomes.memberships, direct,
                   "SELECT 'active', count(*) FROM lark_batch.memberships"
                   " WHERE app = $1",
                   app);
    });
    return outcomes;
}

}  // namespace lark_batch::sync_users
