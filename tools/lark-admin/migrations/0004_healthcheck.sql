-- What lark-healthcheck remembers between its runs.

-- A result that waited in a spool may be written twice: once counts.
CREATE UNIQUE INDEX check_results_once
    ON lark_batch.check_results (run_id, check_name);

-- One row a check: its present state, after failure_threshold and
-- recovery_threshold, and since when.
CREATE TABLE lark_batch.check_states (
    check_name  text COLLATE "C" PRIMARY KEY,
    state       text NOT NULL
        CHECK (state IN ('ok', 'warning', 'critical', 'unknown', 'skipped')),
    since       timestamptz NOT NULL,
    -- What the last run found by itself, and for how many runs in a row.
    found       text NOT NULL
        CHECK (found IN ('ok', 'warning', 'critical', 'unknown', 'skipped')),
    consecutive bigint NOT NULL CHECK (consecutive > 0),
    checked_at  timestamptz NOT NULL,
    latency_seconds double precision,
    message     text NOT NULL DEFAULT '',
    -- What was measured, for metrics while the check is not run.
    measured    jsonb NOT NULL DEFAULT '{}'
);
