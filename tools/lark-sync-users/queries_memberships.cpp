#include "tools/lark-sync-users/queries_switch.hpp"

namespace lark_batch::sync_users::statements {

const char* const k_log_memberships = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before, after)
    SELECT {run}, {app}, 'membership',
           s.open_id || '/' || s.open_department_id,
           CASE WHEN m.open_id IS NULL THEN 'created' ELSE 'updated' END,
           CASE WHEN m.open_id IS NOT NULL THEN jsonb_build_object(
               'is_primary', m.is_primary, 'user_order', m.user_order,
               'department_order', m.department_order) END,
           jsonb_build_object(
               'is_primary', s.is_primary, 'user_order', s.user_order,
               'department_order', s.department_order)
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

const char* const k_insert_memberships = R"sql(
INSERT INTO lark_batch.memberships
SELECT {app}, s.open_id, s.open_department_id, s.is_primary, s.user_order,
       s.department_order
FROM pg_temp.staged_memberships s
WHERE NOT EXISTS (
    SELECT FROM lark_batch.memberships k
    WHERE k.app = {app} AND k.open_id = s.open_id
      AND k.open_department_id = s.open_department_id))sql";

const char* const k_update_memberships = R"sql(
UPDATE lark_batch.memberships m
SET is_primary = s.is_primary, user_order = s.user_order,
    department_order = s.department_order
FROM pg_temp.staged_memberships s
WHERE m.app = {app} AND m.open_id = s.open_id
  AND m.open_department_id = s.open_department_id
  AND (m.is_primary, m.user_order, m.department_order)
      IS DISTINCT FROM (s.is_primary, s.user_order, s.department_order)
  AND NOT {orders_lost})sql";

// Gone are those of the departed, and those that a proven list no longer has
// while the person was seen elsewhere. Where the person's own document still
// names the department, the list was short: the membership stays.
const char* const k_plan_removed = R"sql(
CREATE TEMP TABLE removed_memberships ON COMMIT DROP AS
WITH unlisted AS MATERIALIZED (
    SELECT * FROM lark_batch.memberships k
    WHERE k.app = {app}
      AND NOT EXISTS (SELECT FROM pg_temp.staged_memberships s
                      WHERE s.open_id = k.open_id
                        AND s.open_department_id = k.open_department_id))
SELECT m.*
FROM unlisted m
JOIN lark_batch.users u ON u.app = m.app AND u.open_id = m.open_id
LEFT JOIN lark_batch.departments d
    ON d.app = m.app AND d.open_department_id = m.open_department_id
LEFT JOIN pg_temp.staged_proven p
    ON p.open_department_id = m.open_department_id
LEFT JOIN pg_temp.held h ON h.id = m.open_department_id
LEFT JOIN pg_temp.staged_users s ON s.id = m.open_id
WHERE u.state = 'departed' OR d.state = 'departed' OR (
      p.open_department_id IS NOT NULL AND h.id IS NULL
      AND s.id IS NOT NULL
      AND ({departments_lost} OR NOT coalesce(
          u.raw -> 'department_ids' ? m.open_department_id, false))))sql";

const char* const k_remove_memberships = R"sql(
DELETE FROM lark_batch.memberships m USING pg_temp.removed_memberships r
WHERE m.app = {app} AND m.open_id = r.open_id
  AND m.open_department_id = r.open_department_id)sql";

const char* const k_log_removed = R"sql(
WITH logged AS (
    INSERT INTO lark_batch.directory_changes
        (run_id, app, kind, object_id, action, before)
    SELECT {run}, {app}, 'membership', open_id || '/' || open_department_id,
           'removed',
           to_jsonb(r) - '{{app,open_id,open_department_id}}'::text[]
    FROM pg_temp.removed_memberships r
    RETURNING action)
SELECT action, count(*) FROM logged GROUP BY action)sql";

const char* const k_save_state = R"sql(
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

}  // namespace lark_batch::sync_users::statements
