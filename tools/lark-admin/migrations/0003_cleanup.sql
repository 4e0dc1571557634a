-- What the cleanup needs: flags that keep a row, an index for each of its
-- questions, and what it remembers of its own runs.

-- Legal hold: such a row is never deleted by us, nor what belongs to a held
-- person or department.
ALTER TABLE lark_batch.users
    ADD COLUMN hold boolean NOT NULL DEFAULT false;
ALTER TABLE lark_batch.departments
    ADD COLUMN hold boolean NOT NULL DEFAULT false;
ALTER TABLE lark_batch.directory_changes
    ADD COLUMN hold boolean NOT NULL DEFAULT false;
ALTER TABLE lark_batch.notices
    ADD COLUMN hold boolean NOT NULL DEFAULT false;
ALTER TABLE lark_batch.task_runs
    ADD COLUMN hold boolean NOT NULL DEFAULT false;

-- What health checks found; filled by lark-healthcheck.
CREATE TABLE lark_batch.check_results (
    result_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          uuid NOT NULL,
    check_name      text NOT NULL,
    state           text NOT NULL,
    latency_seconds double precision,
    message         text NOT NULL DEFAULT '',
    checked_at      timestamptz NOT NULL DEFAULT now(),
    hold            boolean NOT NULL DEFAULT false
);
CREATE INDEX check_results_by_age
    ON lark_batch.check_results (checked_at, result_id);
CREATE INDEX check_results_by_check
    ON lark_batch.check_results (check_name, checked_at DESC);

-- What is past its retention, oldest first. Rows of history are written in
-- the order of their time: such an index grows at its end and costs little.
CREATE INDEX directory_changes_by_age
    ON lark_batch.directory_changes (changed_at);
CREATE INDEX task_runs_ended
    ON lark_batch.task_runs (finished_at) WHERE outcome IS NOT NULL;
CREATE INDEX metric_applied_runs_by_age
    ON lark_batch.metric_applied_runs (applied_at);
-- Without changed_at: an index on it would make every update of a person
-- touch all indexes of the table (PostgreSQL's heap-only tuples).
CREATE INDEX users_departed
    ON lark_batch.users (app, open_id) WHERE state = 'departed';
CREATE INDEX departments_departed
    ON lark_batch.departments (app, open_department_id)
    WHERE state = 'departed';

-- Who is held is asked with every batch.
CREATE INDEX users_held ON lark_batch.users (app, open_id) WHERE hold;
CREATE INDEX departments_held
    ON lark_batch.departments (app, open_department_id) WHERE hold;
CREATE INDEX tokens_held ON lark_batch.tokens (token_id) WHERE hold;
CREATE INDEX directory_changes_held
    ON lark_batch.directory_changes (change_id) WHERE hold;
CREATE INDEX check_results_held
    ON lark_batch.check_results (run_id) WHERE hold;

-- One row a class of the cleanup: what its last run saw, and for how long
-- nothing was to be deleted while the table held how many rows.
CREATE TABLE lark_batch.cleanup_state (
    class       text COLLATE "C" PRIMARY KEY,
    eligible    bigint NOT NULL DEFAULT 0,
    backlog     bigint NOT NULL DEFAULT 0,
    held        bigint NOT NULL DEFAULT 0,
    idle_runs   int NOT NULL DEFAULT 0,
    idle_since  timestamptz,
    idle_rows   bigint,
    measured_at timestamptz NOT NULL
);
