// The one transaction that brings an app's directory to what was staged. Its
// statements see the whole company at once; none of them works row by row.
#include <fmt/format.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "lib/db/text_array.hpp"
#include "lib/errors/error.hpp"
#include "tools/lark-sync-users/queries.hpp"

namespace lark_batch::sync_users {

namespace {

using pqxx::transaction_base;

// Departments and people take the same way; this is what differs.
struct Kind {
    const char* name;
    const char* table;
    const char* key;
    const char* staged;
    // When an absent one (alias t) must stay as it is.
    const char* held;
    // When an absent one is beyond what the app may see.
    const char* beyond_scope;
};

constexpr Kind k_departments{
    "department",
    "lark_batch.departments",
    "open_department_id",
    "pg_temp.staged_departments",
    "EXISTS (SELECT FROM pg_temp.held h WHERE h.id = t.open_department_id)",
    "NOT EXISTS (SELECT FROM pg_temp.visible v"
    " WHERE v.id = t.open_department_id)"};

constexpr Kind k_users{"user",
                       "lark_batch.users",
                       "open_id",
                       "pg_temp.staged_users",
                       "EXISTS (SELECT FROM pg_temp.staged_uncertain x"
                       " WHERE x.open_id = t.open_id)"
                       " OR EXISTS (SELECT FROM lark_batch.memberships m"
                       " JOIN pg_temp.held h ON h.id = m.open_department_id"
                       " WHERE m.app = t.app AND m.open_id = t.open_id)",
                       "NOT EXISTS (SELECT FROM lark_batch.memberships m"
                       " JOIN pg_temp.visible v ON v.id = m.open_department_id"
                       " WHERE m.app = t.app AND m.open_id = t.open_id)"};

// Which department hangs under which: as just seen, else as stored.
constexpr const char* k_tree = R"sql(
CREATE TEMP TABLE tree ON COMMIT DROP AS
SELECT s.id, coalesce(s.raw ->> 'parent_department_id',
                      d.parent_open_department_id) AS parent
FROM pg_temp.staged_departments s
LEFT JOIN lark_batch.departments d
    ON d.app = {app} AND d.open_department_id = s.id
UNION ALL
SELECT d.open_department_id, d.parent_open_department_id
FROM lark_batch.departments d
WHERE d.app = {app} AND d.state <> 'departed'
  AND NOT EXISTS (SELECT FROM pg_temp.staged_departments s
                  WHERE s.id = d.open_department_id))sql";

// Gaps and all that lies below them: nothing is removed there.
constexpr const char* k_held = R"sql(
CREATE TEMP TABLE held ON COMMIT DROP AS
WITH RECURSIVE down AS (
    SELECT open_department_id AS id FROM pg_temp.staged_gaps
    UNION
    SELECT t.id FROM down JOIN pg_temp.tree t ON t.parent = down.id)
SELECT id FROM down)sql";

// Departments that the app may see, vanished ones included: those just seen
// and what hung below them. With all-staff scope that is everything.
constexpr const char* k_visible = R"sql(
CREATE TEMP TABLE visible ON COMMIT DROP AS
WITH RECURSIVE down AS (
    SELECT id FROM pg_temp.staged_departments
    UNION
    SELECT t.id FROM down JOIN pg_temp.tree t ON t.parent = down.id)
SELECT id FROM down
UNION SELECT id FROM pg_temp.tree WHERE {all_staff}
UNION SELECT '0' WHERE {all_staff})sql";

// A fingerprint was known when the reading began and is gone: somebody wrote
// to our tables by hand, and the document was not sent.
constexpr const char* k_lost_documents = R"sql(
SELECT count(*) FROM {staged} s WHERE s.raw IS NULL
  AND NOT EXISTS (SELECT FROM {table} t WHERE t.app = {app}
                  AND t.{key} = s.id AND t.fingerprint = s.fingerprint))sql";

constexpr const char* k_log_new = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, after)
    SELECT {run}, {app}, '{kind}', s.id,
           CASE WHEN s.gone THEN 'departed' ELSE 'created' END, s.raw
    FROM {staged} s
    WHERE NOT EXISTS (SELECT FROM {table} t
                      WHERE t.app = {app} AND t.{key} = s.id)
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

constexpr const char* k_insert_new = R"sql(
INSERT INTO {table} (app, {key}, state, fingerprint, raw)
SELECT {app}, s.id, CASE WHEN s.gone THEN 'departed' ELSE 'active' END,
       s.fingerprint, s.raw
FROM {staged} s
WHERE NOT EXISTS (SELECT FROM {table} t
                  WHERE t.app = {app} AND t.{key} = s.id))sql";

// Members that everybody lost are kept as they are stored. A document that
// differs in its fingerprint only (pictures, kept members) is no change.
constexpr const char* k_plan_seen = R"sql(
CREATE TEMP TABLE seen_{kind} ON COMMIT DROP AS
SELECT *, new_state <> old_state AS moved,
       (new_raw - 'avatar') IS DISTINCT FROM (old_raw - 'avatar') AS edited
FROM (
    SELECT s.id, s.fingerprint, t.state AS old_state, t.raw AS old_raw,
           CASE WHEN s.gone THEN 'departed' ELSE 'active' END AS new_state,
           CASE WHEN s.raw IS NULL THEN t.raw
                ELSE lark_batch.keep_fields(t.raw, {lost}) || s.raw
           END AS new_raw
    FROM {staged} s JOIN {table} t ON t.app = {app} AND t.{key} = s.id
    WHERE t.fingerprint <> s.fingerprint OR t.missing_runs <> 0
       OR (t.state = 'departed') <> s.gone OR t.state = 'out_of_scope'
) AS differing)sql";

constexpr const char* k_log_seen = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before, after)
    SELECT {run}, {app}, '{kind}', id,
           CASE WHEN NOT moved THEN 'updated'
                WHEN new_state = 'departed' THEN 'departed'
                ELSE 'revived' END,
           lark_batch.differing_fields(old_raw, new_raw)
               || CASE WHEN moved
                       THEN jsonb_build_object('state', old_state)
                       ELSE '{{}}' END,
           lark_batch.differing_fields(new_raw, old_raw)
               || CASE WHEN moved
                       THEN jsonb_build_object('state', new_state)
                       ELSE '{{}}' END
    FROM pg_temp.seen_{kind} WHERE moved OR edited
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

constexpr const char* k_update_seen = R"sql(
UPDATE {table} t
SET state = p.new_state, missing_runs = 0, fingerprint = p.fingerprint,
    raw = p.new_raw,
    changed_at = CASE WHEN p.moved OR p.edited THEN now()
                      ELSE t.changed_at END
FROM pg_temp.seen_{kind} p WHERE t.app = {app} AND t.{key} = p.id)sql";

// Absent in two complete readings is departed; the first time it is noted
// only. Who is beyond the scope may well be in the company still.
constexpr const char* k_plan_absent = R"sql(
CREATE TEMP TABLE absent_{kind} ON COMMIT DROP AS
SELECT t.{key} AS id, t.state AS old_state,
       CASE WHEN NOT {all_staff} AND {beyond_scope} THEN 'out_of_scope'
            WHEN t.missing_runs >= 1 THEN 'departed'
            ELSE t.state END AS new_state
FROM {table} t
WHERE t.app = {app}
  AND (t.state = 'active' OR (t.state = 'out_of_scope' AND {all_staff}))
  AND NOT EXISTS (SELECT FROM {staged} s WHERE s.id = t.{key})
  AND NOT EXISTS (SELECT FROM pg_temp.held h WHERE h.id = '0')
  AND NOT ({held}))sql";

constexpr const char* k_log_absent = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before, after)
    SELECT {run}, {app}, '{kind}', id, new_state,
           jsonb_build_object('state', old_state),
           jsonb_build_object('state', new_state)
    FROM pg_temp.absent_{kind} WHERE new_state <> old_state
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

constexpr const char* k_update_absent = R"sql(
UPDATE {table} t
SET state = p.new_state, missing_runs = least(t.missing_runs + 1, 2),
    changed_at = CASE WHEN p.new_state <> p.old_state THEN now()
                      ELSE t.changed_at END
FROM pg_temp.absent_{kind} p WHERE t.app = {app} AND t.{key} = p.id)sql";

constexpr const char* k_log_memberships = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before, after)
    SELECT {run}, {app}, 'membership',
           s.open_id || '/' || s.open_department_id,
           CASE WHEN m.open_id IS NULL THEN 'created' ELSE 'updated' END,
           to_jsonb(m) - '{{app,open_id,open_department_id}}'::text[],
           to_jsonb(s) - '{{open_id,open_department_id}}'::text[]
    FROM pg_temp.staged_memberships s
    LEFT JOIN lark_batch.memberships m
        ON m.app = {app} AND m.open_id = s.open_id
       AND m.open_department_id = s.open_department_id
    WHERE m.open_id IS NULL
       OR ((m.is_primary, m.user_order, m.department_order)
           IS DISTINCT FROM (s.is_primary, s.user_order, s.department_order)
           AND NOT {orders_lost})
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

constexpr const char* k_store_memberships = R"sql(
INSERT INTO lark_batch.memberships AS m
SELECT {app}, s.open_id, s.open_department_id, s.is_primary, s.user_order,
       s.department_order
FROM pg_temp.staged_memberships s
WHERE NOT EXISTS (
    SELECT FROM lark_batch.memberships k
    WHERE k.app = {app} AND k.open_id = s.open_id
      AND k.open_department_id = s.open_department_id
      AND ({orders_lost}
           OR (k.is_primary, k.user_order, k.department_order)
              IS NOT DISTINCT FROM
              (s.is_primary, s.user_order, s.department_order)))
ON CONFLICT (app, open_id, open_department_id) DO UPDATE
SET is_primary = excluded.is_primary, user_order = excluded.user_order,
    department_order = excluded.department_order)sql";

// Gone are those of the departed, and those that a proven list no longer has
// while the person was seen elsewhere. Where the person's own document still
// names the department, the list was short: the membership stays.
constexpr const char* k_remove_memberships = R"sql(
WITH removed AS (
    DELETE FROM lark_batch.memberships m
    USING lark_batch.memberships k
    JOIN lark_batch.users u USING (app, open_id)
    LEFT JOIN lark_batch.departments d USING (app, open_department_id)
    WHERE k.app = {app} AND m.app = k.app AND m.open_id = k.open_id
      AND m.open_department_id = k.open_department_id
      AND (u.state = 'departed' OR d.state = 'departed' OR (
          EXISTS (SELECT FROM pg_temp.staged_proven p
                  WHERE p.open_department_id = k.open_department_id)
          AND NOT EXISTS (SELECT FROM pg_temp.held h
                          WHERE h.id = k.open_department_id)
          AND EXISTS (SELECT FROM pg_temp.staged_users s
                      WHERE s.id = k.open_id)
          AND NOT EXISTS (SELECT FROM pg_temp.staged_memberships s
                          WHERE s.open_id = k.open_id
                            AND s.open_department_id = k.open_department_id)
          AND ({departments_lost} OR NOT coalesce(
              u.raw -> 'department_ids' ? k.open_department_id, false))))
    RETURNING m.*
), logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before)
    SELECT {run}, {app}, 'membership', open_id || '/' || open_department_id,
           'removed',
           to_jsonb(removed) - '{{app,open_id,open_department_id}}'::text[]
    FROM removed
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

constexpr const char* k_save_state = R"sql(
INSERT INTO lark_batch.app_state VALUES
    ({app}, $1, {run}, {all_staff}, $2::text[], $3::text[], $4::text[],
     $5::text[], $6::text[], $7::text[], now())
ON CONFLICT (app) DO UPDATE SET
    app_id = excluded.app_id, last_run_id = excluded.last_run_id,
    all_staff = excluded.all_staff,
    scope_departments = excluded.scope_departments,
    scope_users = excluded.scope_users, user_fields = excluded.user_fields,
    department_fields = excluded.department_fields,
    lost_user_fields = excluded.lost_user_fields,
    lost_department_fields = excluded.lost_department_fields,
    synced_at = excluded.synced_at)sql";

const char* literal(bool value) {
    return value ? "true" : "false";
}

bool contains(const std::vector<std::string>& values, const char* wanted) {
    return std::find(values.begin(), values.end(), wanted) != values.end();
}

// Runs the statements of one switch, its values filled in as quoted literals.
class Steps {
public:
    Steps(transaction_base& transaction, const Switch& wanted)
        : m_transaction(&transaction),
          m_wanted(&wanted),
          m_app(transaction.quote(wanted.app)),
          m_run(transaction.quote(wanted.run_id) + "::uuid") {}

    void prepare() {
        execute(k_tree, k_departments);
        execute(k_held, k_departments);
        execute(k_visible, k_departments);
    }

    Counts bring(const Kind& kind) {
        require_documents(kind);
        Counts counts{{"created", 0}, {"updated", 0},  {"unchanged", 0},
                      {"revived", 0}, {"departed", 0}, {"out_of_scope", 0}};
        tally(counts, execute(k_log_new, kind));
        execute(k_insert_new, kind);
        execute(k_plan_seen, kind);
        tally(counts, execute(k_log_seen, kind));
        execute(k_update_seen, kind);
        counts["unchanged"] = present(kind) - counts["created"] -
                              counts["updated"] - counts["revived"];
        execute(k_plan_absent, kind);
        tally(counts, execute(k_log_absent, kind));
        execute(k_update_absent, kind);
        return counts;
    }

    Counts bring_memberships() {
        Counts counts{
            {"created", 0}, {"updated", 0}, {"unchanged", 0}, {"removed", 0}};
        tally(counts, execute(k_log_memberships, k_users));
        execute(k_store_memberships, k_users);
        tally(counts, execute(k_remove_memberships, k_users));
        counts["unchanged"] = count(
                                  "SELECT count(*) FROM"
                                  " pg_temp.staged_memberships") -
                              counts["created"] - counts["updated"];
        return counts;
    }

    void save_state() {
        const AppState& state = m_wanted->state;
        m_transaction->exec_params0(
            filled(k_save_state, k_users), state.app_id,
            db::text_array(state.scope_departments),
            db::text_array(state.scope_users),
            db::text_array(state.user_fields),
            db::text_array(state.department_fields),
            db::text_array(m_wanted->lost_user_fields),
            db::text_array(m_wanted->lost_department_fields));
    }

private:
    std::string filled(const char* sql, const Kind& kind) const {
        const auto& lost = &kind == &k_users ? m_wanted->lost_user_fields
                                             : m_wanted->lost_department_fields;
        return fmt::format(
            fmt::runtime(sql), fmt::arg("app", m_app), fmt::arg("run", m_run),
            fmt::arg("kind", kind.name), fmt::arg("table", kind.table),
            fmt::arg("key", kind.key), fmt::arg("staged", kind.staged),
            fmt::arg("held", kind.held),
            fmt::arg("beyond_scope", kind.beyond_scope),
            fmt::arg("all_staff", literal(m_wanted->state.all_staff)),
            fmt::arg("lost",
                     m_transaction->quote(db::text_array(lost)) + "::text[]"),
            fmt::arg("orders_lost",
                     literal(contains(m_wanted->lost_user_fields, "orders"))),
            fmt::arg("departments_lost",
                     literal(contains(m_wanted->lost_user_fields,
                                      "department_ids"))));
    }

    pqxx::result execute(const char* sql, const Kind& kind) {
        return m_transaction->exec(filled(sql, kind));
    }

    std::int64_t count(const std::string& sql) {
        return m_transaction->exec1(sql)[0].as<std::int64_t>();
    }

    std::int64_t present(const Kind& kind) {
        return count(
            fmt::format("SELECT count(*) FROM {} WHERE NOT gone", kind.staged));
    }

    void require_documents(const Kind& kind) {
        if (count(filled(k_lost_documents, kind)) != 0) {
            throw errors::Error{
                errors::Kind::failed,
                fmt::format("rows of '{}' were changed by somebody else "
                            "during the run",
                            kind.table),
                "start the run again"};
        }
    }

    static void tally(Counts& counts, const pqxx::result& rows) {
        for (const pqxx::row& row : rows) {
            counts[row[0].c_str()] += row[1].as<std::int64_t>();
        }
    }

    transaction_base* m_transaction;
    const Switch* m_wanted;
    std::string m_app;
    std::string m_run;
};

}  // namespace

Outcomes switch_directory(transaction_base& transaction, const Switch& wanted) {
    Steps steps{transaction, wanted};
    steps.prepare();
    Outcomes outcomes;
    outcomes.departments = steps.bring(k_departments);
    outcomes.users = steps.bring(k_users);
    outcomes.memberships = steps.bring_memberships();
    steps.save_state();
    return outcomes;
}

}  // namespace lark_batch::sync_users
