#include "tools/lark-sync-users/queries_switch.hpp"

namespace lark_batch::sync_users::statements {

// Which department hangs under which: as just seen, else as stored.
const char* const k_tree = R"sql(
CREATE TEMP TABLE tree ON COMMIT DROP AS
SELECT s.id, coalesce(s.raw ->> 'parent_department_id',
                      d.parent_open_department_id COLLATE "C") AS parent
FROM pg_temp.staged_departments s
LEFT JOIN lark_batch.departments d
    ON d.app = {app} AND d.open_department_id = s.id
UNION ALL
SELECT d.open_department_id, d.parent_open_department_id
FROM lark_batch.departments d
WHERE d.app = {app} AND d.state <> 'departed'
  AND NOT EXISTS (SELECT FROM pg_temp.staged_departments s
                  WHERE s.id = d.open_department_id))sql";

// After a whole reading of all staff nothing is held, nothing invisible.
const char* const k_nothing_held = R"sql(
CREATE TEMP TABLE held (id varchar(200) COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE held_users (id varchar(200) COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE visible (id varchar(200) COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE visible_users (id varchar(200) COLLATE "C")
    ON COMMIT DROP)sql";

// Gaps and all that lies below them: nothing is removed there.
const char* const k_held = R"sql(
CREATE TEMP TABLE held ON COMMIT DROP AS
WITH RECURSIVE down AS (
    SELECT open_department_id::text AS id FROM pg_temp.staged_gaps
    UNION
    SELECT t.id FROM down JOIN pg_temp.tree t ON t.parent = down.id)
SELECT id FROM down)sql";

// Departments that the app may see, vanished ones included: those just seen
// and what hung below them. Not asked for with all-staff scope.
const char* const k_visible = R"sql(
CREATE TEMP TABLE visible ON COMMIT DROP AS
WITH RECURSIVE down AS (
    SELECT id FROM pg_temp.staged_departments
    WHERE NOT {all_staff}
    UNION
    SELECT t.id FROM down JOIN pg_temp.tree t ON t.parent = down.id)
SELECT id FROM down
WHERE NOT EXISTS (SELECT FROM pg_temp.staged_beyond b WHERE b.id = down.id)
)sql";

const char* const k_held_users = R"sql(
CREATE TEMP TABLE held_users ON COMMIT DROP AS
SELECT m.open_id AS id FROM lark_batch.memberships m
JOIN pg_temp.held h ON h.id = m.open_department_id WHERE m.app = {app}
UNION SELECT id FROM pg_temp.staged_uncertain)sql";

const char* const k_visible_users = R"sql(
CREATE TEMP TABLE visible_users ON COMMIT DROP AS
SELECT DISTINCT m.open_id AS id FROM lark_batch.memberships m
JOIN pg_temp.visible v ON v.id = m.open_department_id
WHERE m.app = {app} AND NOT {all_staff}
  AND NOT EXISTS (SELECT FROM pg_temp.staged_beyond b WHERE b.id = m.open_id)
)sql";

// Without the status nobody says that he is gone: who was known to be stays
// so, and is a member of nothing.
const char* const k_keep_gone = R"sql(
UPDATE {staged} s SET gone = true FROM {table} t
WHERE t.app = {app} AND t.{key} = s.id AND t.state = 'departed'
  AND t.raw -> 'status' -> '{gone}' = 'true')sql";
const char* const k_forget_gone = R"sql(
DELETE FROM pg_temp.staged_memberships m USING pg_temp.staged_users s
WHERE s.id = m.open_id AND s.gone)sql";

// Where only the other kind has changed this is 0, and little else need run.
const char* const k_differing = R"sql(
SELECT count(*) FROM {staged} s
LEFT JOIN {table} t ON t.app = {app} AND t.{key} = s.id
    AND t.fingerprint = s.fingerprint AND t.missing_runs = 0
    AND t.state = CASE WHEN s.gone THEN 'departed' ELSE 'active' END
WHERE t.{key} IS NULL OR s.raw IS NOT NULL)sql";

const char* const k_log_new = R"sql(
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

const char* const k_insert_new = R"sql(
INSERT INTO {table} (app, {key}, state, fingerprint, raw)
SELECT {app}, s.id, CASE WHEN s.gone THEN 'departed' ELSE 'active' END,
       s.fingerprint, s.raw
FROM {staged} s
WHERE NOT EXISTS (SELECT FROM {table} t
                  WHERE t.app = {app} AND t.{key} = s.id))sql";

// Members that everybody lost are kept as they are stored. A document that
// differs in its fingerprint only (pictures, kept members) is no change. One
// that was sent although its fingerprint is stored gives up kept members.
const char* const k_plan_seen = R"sql(
CREATE TEMP TABLE seen_{kind} ON COMMIT DROP AS
SELECT * FROM (SELECT *, new_state <> old_state AS moved,
       (new_raw - 'avatar') IS DISTINCT FROM (old_raw - 'avatar') AS edited
FROM (
    SELECT s.id, s.fingerprint, t.state AS old_state, t.raw AS old_raw,
           t.fingerprint <> s.fingerprint OR t.missing_runs <> 0 AS stale,
           CASE WHEN s.gone THEN 'departed' ELSE 'active' END AS new_state,
           CASE WHEN s.raw IS NULL THEN t.raw
                ELSE lark_batch.keep_fields(t.raw, {lost}) || s.raw
           END AS new_raw
    FROM {staged} s JOIN {table} t ON t.app = {app} AND t.{key} = s.id
    WHERE s.raw IS NOT NULL OR t.fingerprint <> s.fingerprint
       OR t.missing_runs <> 0
       OR (t.state = 'departed') <> s.gone OR t.state = 'out_of_scope'
) AS differing) AS judged
WHERE moved OR edited OR stale)sql";

const char* const k_log_seen = R"sql(
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

// Who is gone may be updated too, but is not among the present.
const char* const k_changed_present = R"sql(
SELECT count(*) FROM pg_temp.seen_{kind}
WHERE new_state = 'active' AND (moved OR edited))sql";

const char* const k_update_seen = R"sql(
UPDATE {table} t
SET state = p.new_state, missing_runs = 0, fingerprint = p.fingerprint,
    raw = p.new_raw,
    changed_at = CASE WHEN p.moved OR p.edited THEN now()
                      ELSE t.changed_at END
FROM pg_temp.seen_{kind} p WHERE t.app = {app} AND t.{key} = p.id)sql";

// Absent in two complete readings is departed; the first time it is noted
// only. Who is beyond the scope may well be in the company still.
const char* const k_plan_absent = R"sql(
CREATE TEMP TABLE absent_{kind} ON COMMIT DROP AS
SELECT t.{key} AS id, t.state AS old_state,
       CASE WHEN NOT {all_staff} AND v.id IS NULL THEN 'out_of_scope'
            WHEN t.missing_runs >= 1 THEN 'departed'
            ELSE t.state END AS new_state
FROM {table} t LEFT JOIN {visible} v ON v.id = t.{key}
WHERE t.app = {app}
  AND (t.state = 'active' OR (t.state = 'out_of_scope' AND {all_staff}))
  AND NOT EXISTS (SELECT FROM {staged} s WHERE s.id = t.{key})
  AND NOT EXISTS (SELECT FROM {held} h WHERE h.id = t.{key})
  AND NOT EXISTS (SELECT FROM pg_temp.staged_uncertain x
                  WHERE x.id = t.{key})
  AND NOT EXISTS (SELECT FROM pg_temp.held h WHERE h.id = '0'))sql";

const char* const k_log_absent = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before, after)
    SELECT {run}, {app}, '{kind}', id, new_state,
           jsonb_build_object('state', old_state),
           jsonb_build_object('state', new_state)
    FROM pg_temp.absent_{kind} WHERE new_state <> old_state
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

const char* const k_update_absent = R"sql(
UPDATE {table} t
SET state = p.new_state,
    missing_runs = CASE WHEN p.new_state = 'out_of_scope'
                         AND p.old_state <> 'out_of_scope' THEN 0
                        ELSE least(t.missing_runs + 1, 2) END,
    changed_at = CASE WHEN p.new_state <> p.old_state THEN now()
                      ELSE t.changed_at END
FROM pg_temp.absent_{kind} p WHERE t.app = {app} AND t.{key} = p.id)sql";

}  // namespace lark_batch::sync_users::statements
