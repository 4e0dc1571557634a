-- Tasks that somebody switched off for a while, on all hosts together.
CREATE TABLE lark_batch.task_pauses (
    task_name  text COLLATE "C" PRIMARY KEY,
    -- Its end; null for one that only `lark-admin tasks enable` ends.
    until      timestamptz,
    reason     text NOT NULL DEFAULT '',
    paused_at  timestamptz NOT NULL DEFAULT now()
);
