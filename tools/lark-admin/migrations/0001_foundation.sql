-- The directory, its history, the record of runs and the totals of metrics.

CREATE SCHEMA IF NOT EXISTS lark_batch;

-- ---------------------------------------------------------------- functions

-- Values that are of the expected JSON type, else NULL: a field of a strange
-- type must not stop a whole company from being stored.
CREATE FUNCTION lark_batch.json_integer(document jsonb, field text)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(document -> field) = 'number'
                 AND abs((document ->> field)::numeric) < 1e18
                THEN trunc((document ->> field)::numeric)::bigint END
$$;

CREATE FUNCTION lark_batch.json_boolean(document jsonb, field text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(document -> field) = 'boolean'
                THEN (document ->> field)::boolean END
$$;

-- Seconds since 1970, within the years that timestamptz can print.
CREATE FUNCTION lark_batch.json_time(document jsonb, field text)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lark_batch.json_integer(document, field)
                     BETWEEN -62135596800 AND 253402300799
                THEN to_timestamp(
                    lark_batch.json_integer(document, field)::float8) END
$$;

-- Those members of `document` that are named in `fields`.
CREATE FUNCTION lark_batch.keep_fields(document jsonb, fields text[])
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(document) WHERE key = ANY (fields)
$$;

-- The members of `one` that `other` has not, or has with another value.
CREATE FUNCTION lark_batch.differing_fields(one jsonb, other jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(one)
    WHERE other -> key IS DISTINCT FROM value AND key <> 'avatar'
$$;

-- ---------------------------------------------------------------- directory

-- One row an app: what its last reading saw.
CREATE TABLE lark_batch.app_state (
    app                text COLLATE "C" PRIMARY KEY,
    app_id             text NOT NULL,
    last_run_id        uuid NOT NULL,
    all_staff          boolean NOT NULL,
    scope_departments  text[] NOT NULL,
    scope_users        text[] NOT NULL,
    user_fields        text[] NOT NULL,
    department_fields  text[] NOT NULL,
    lost_user_fields   text[] NOT NULL,
    lost_department_fields text[] NOT NULL,
    synced_at          timestamptz NOT NULL
);

-- Ids compare by their bytes (COLLATE "C"): cheaper, and the same on every
-- host. Columns are derived from the document by the database itself: they cannot
-- disagree with it. `fingerprint` tells an unchanged document without
-- comparing it; `missing_runs` counts complete readings without the object.
CREATE TABLE lark_batch.departments (
    app                       text COLLATE "C" NOT NULL,
    open_department_id        text COLLATE "C" NOT NULL,
    state                     text NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'departed', 'out_of_scope')),
    missing_runs              smallint NOT NULL DEFAULT 0,
    fingerprint               bigint NOT NULL,
    first_seen_at             timestamptz NOT NULL DEFAULT now(),
    changed_at                timestamptz NOT NULL DEFAULT now(),
    raw                       jsonb NOT NULL,
    department_id             text GENERATED ALWAYS AS
        (raw ->> 'department_id') STORED,
    name                      text GENERATED ALWAYS AS (raw ->> 'name') STORED,
    parent_open_department_id text COLLATE "C" GENERATED ALWAYS AS
        (raw ->> 'parent_department_id') STORED,
    leader_open_id            text GENERATED ALWAYS AS
        (raw ->> 'leader_user_id') STORED,
    member_count              bigint GENERATED ALWAYS AS
        (lark_batch.json_integer(raw, 'member_count')) STORED,
    PRIMARY KEY (app, open_department_id)
);

CREATE TABLE lark_batch.users (
    app                text COLLATE "C" NOT NULL,
    open_id            text COLLATE "C" NOT NULL,
    state              text NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'departed', 'out_of_scope')),
    missing_runs       smallint NOT NULL DEFAULT 0,
    fingerprint        bigint NOT NULL,
    first_seen_at      timestamptz NOT NULL DEFAULT now(),
    changed_at         timestamptz NOT NULL DEFAULT now(),
    raw                jsonb NOT NULL,
    union_id           text GENERATED ALWAYS AS (raw ->> 'union_id') STORED,
    user_id            text GENERATED ALWAYS AS (raw ->> 'user_id') STORED,
    name               text GENERATED ALWAYS AS (raw ->> 'name') STORED,
    email              text GENERATED ALWAYS AS (raw ->> 'email') STORED,
    enterprise_email   text GENERATED ALWAYS AS
        (raw ->> 'enterprise_email') STORED,
    mobile             text GENERATED ALWAYS AS (raw ->> 'mobile') STORED,
    employee_no        text GENERATED ALWAYS AS (raw ->> 'employee_no') STORED,
    leader_open_id     text GENERATED ALWAYS AS
        (raw ->> 'leader_user_id') STORED,
    PRIMARY KEY (app, open_id)
);

-- Direct membership; the root department is "0".
CREATE TABLE lark_batch.memberships (
    app                text COLLATE "C" NOT NULL,
    open_id            text COLLATE "C" NOT NULL,
    open_department_id text COLLATE "C" NOT NULL,
    is_primary         boolean,
    user_order         bigint,
    department_order   bigint,
    PRIMARY KEY (app, open_id, open_department_id)
);
CREATE INDEX memberships_by_department
    ON lark_batch.memberships (app, open_department_id);

-- Documents of a person or a department rarely exceed 2 KB by much: keeping
-- them in the row uncompressed makes reading and writing cheaper.
ALTER TABLE lark_batch.users SET (toast_tuple_target = 8160);
ALTER TABLE lark_batch.departments SET (toast_tuple_target = 8160);

-- Every change, with before and after. Updates hold the differing members
-- only; a new object's `after` is its whole document.
CREATE TABLE lark_batch.directory_changes (
    change_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id     uuid NOT NULL,
    app        text COLLATE "C" NOT NULL,
    kind       text NOT NULL
        CHECK (kind IN ('user', 'department', 'membership')),
    object_id  text COLLATE "C" NOT NULL,
    action     text NOT NULL CHECK (action IN ('created', 'updated',
        'departed', 'out_of_scope', 'revived', 'removed')),
    before     jsonb,
    after      jsonb,
    changed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE lark_batch.directory_changes SET (toast_tuple_target = 8160);
CREATE INDEX directory_changes_by_object
    ON lark_batch.directory_changes (object_id)
    WHERE kind <> 'membership';
CREATE INDEX directory_changes_by_run
    ON lark_batch.directory_changes USING brin (run_id);

-- ------------------------------------------------- views for other systems

CREATE VIEW lark_batch.current_users AS
SELECT app, open_id, union_id, user_id, name,
       raw ->> 'en_name' AS en_name, raw ->> 'nickname' AS nickname,
       email, enterprise_email, mobile, employee_no,
       lark_batch.json_integer(raw, 'employee_type') AS employee_type,
       raw ->> 'job_title' AS job_title, leader_open_id,
       raw ->> 'city' AS city, raw ->> 'country' AS country,
       lark_batch.json_time(raw, 'join_time') AS join_time,
       lark_batch.json_boolean(raw -> 'status', 'is_activated')
           AS is_activated,
       coalesce(lark_batch.json_boolean(raw -> 'status', 'is_frozen'),
                lark_batch.json_boolean(raw, 'is_frozen')) AS is_frozen,
       lark_batch.json_boolean(raw, 'is_tenant_manager')
           AS is_tenant_manager,
       first_seen_at, changed_at, raw
FROM lark_batch.users WHERE state = 'active';

-- From the top down. A department whose parent is the root, or is not
-- visible to the app, begins a path; the id list ends a cycle.
CREATE VIEW lark_batch.department_paths AS
WITH RECURSIVE visible AS (
    SELECT app, open_department_id, name, parent_open_department_id AS parent
    FROM lark_batch.departments WHERE state = 'active'
), path AS (
    SELECT v.app, v.open_department_id, 1 AS depth,
           ARRAY[v.open_department_id] AS path,
           ARRAY[coalesce(v.name, '')] AS path_names
    FROM visible v
    WHERE NOT EXISTS (SELECT FROM visible p
                      WHERE p.app = v.app
                        AND p.open_department_id = v.parent)
    UNION ALL
    SELECT v.app, v.open_department_id, p.depth + 1,
           p.path || v.open_department_id,
           p.path_names || coalesce(v.name, '')
    FROM path p
    JOIN visible v ON v.app = p.app AND v.parent = p.open_department_id
    WHERE v.open_department_id <> ALL (p.path)
)
SELECT app, open_department_id, depth, path, path_names,
       array_to_string(path_names, ' / ') AS full_name
FROM path;

CREATE VIEW lark_batch.current_departments AS
SELECT d.app, d.open_department_id, d.department_id, d.name,
       d.parent_open_department_id, d.leader_open_id, d.member_count,
       p.depth, p.path, p.path_names, d.changed_at, d.raw
FROM lark_batch.departments d
LEFT JOIN lark_batch.department_paths p USING (app, open_department_id)
WHERE d.state = 'active';

-- Of people and departments that are current; the root is no department row.
CREATE VIEW lark_batch.current_memberships AS
SELECT m.app, m.open_id, m.open_department_id, m.is_primary, m.user_order,
       m.department_order
FROM lark_batch.memberships m
JOIN lark_batch.users u USING (app, open_id)
LEFT JOIN lark_batch.departments d USING (app, open_department_id)
WHERE u.state = 'active'
  AND (d.state = 'active' OR m.open_department_id = '0');

-- --------------------------------------------------------- runs and metrics

CREATE TABLE lark_batch.task_runs (
    run_id      uuid PRIMARY KEY,
    task_name   text NOT NULL,
    outcome     text CHECK (outcome IN ('success', 'failure', 'partial',
        'guarded', 'interrupted', 'timeout', 'skipped')),
    exit_code   int,
    trigger     text NOT NULL,
    host        text NOT NULL,
    pid         int NOT NULL,
    version     text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    stats       jsonb NOT NULL DEFAULT '{}',
    error       text
);
CREATE INDEX task_runs_by_task
    ON lark_batch.task_runs (task_name, started_at DESC);
-- Asked in every run, whatever the length of the history.
CREATE INDEX task_runs_open ON lark_batch.task_runs (task_name)
    WHERE outcome IS NULL;
CREATE INDEX task_runs_succeeded
    ON lark_batch.task_runs (task_name, finished_at DESC)
    WHERE outcome = 'success';

CREATE TABLE lark_batch.metric_counter_totals (
    job    text NOT NULL,
    metric text NOT NULL,
    labels text NOT NULL,
    value  double precision NOT NULL,
    PRIMARY KEY (job, metric, labels)
);

CREATE TABLE lark_batch.metric_histogram_totals (
    job    text NOT NULL,
    metric text NOT NULL,
    labels text NOT NULL,
    bounds double precision[] NOT NULL,
    counts double precision[] NOT NULL,
    sum    double precision NOT NULL,
    PRIMARY KEY (job, metric, labels, bounds)
);

CREATE TABLE lark_batch.metric_applied_runs (
    run_id     uuid PRIMARY KEY,
    applied_at timestamptz NOT NULL
);
