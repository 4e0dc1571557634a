-- What lark-forward-alerts remembers of Alertmanager's alerts: that API names
-- only those that fire now.
CREATE TABLE lark_batch.alerts (
    -- "system/" and a digest of the labels but severity; "watchdog".
    topic         text COLLATE "C" PRIMARY KEY,
    app           text COLLATE "C" NOT NULL DEFAULT '',
    label         text COLLATE "C" NOT NULL DEFAULT '',
    level         smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    -- Silenced or inhibited.
    muted         boolean NOT NULL DEFAULT false,
    facts         jsonb NOT NULL DEFAULT '{}',
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    seen_at       timestamptz NOT NULL DEFAULT now(),
    -- Since when complete answers leave it out.
    missing_since timestamptz
);
