-- OAuth tokens, the journal of their rotation, and who was told what.

-- One row a token. Ciphertexts are sealed for exactly this row and column
-- (lib/tokens/seal.hpp): copied elsewhere they do not open. `version` grows
-- with every change of the pair or the state; a writer names the one it read.
CREATE TABLE lark_batch.tokens (
    token_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app                text COLLATE "C" NOT NULL,
    token_type         text COLLATE "C" NOT NULL CHECK (token_type IN
        ('user_access_token', 'tenant_access_token', 'app_access_token')),
    subject            text COLLATE "C" NOT NULL DEFAULT '',
    state              text NOT NULL DEFAULT 'valid' CHECK (state IN
        ('valid', 'refreshing', 'needs_login', 'revoked')),
    reason             text NOT NULL DEFAULT '',
    version            bigint NOT NULL DEFAULT 1,
    key_id             text COLLATE "C" NOT NULL,
    access_sealed      bytea NOT NULL,
    refresh_sealed     bytea,
    refresh_hash       bytea,
    access_expires_at  timestamptz NOT NULL,
    refresh_expires_at timestamptz,
    chain_ends_at      timestamptz,
    -- The moment that matters: nothing of ours lives beyond it.
    ends_at            timestamptz NOT NULL GENERATED ALWAYS AS
        (least(coalesce(refresh_expires_at, access_expires_at),
               chain_ends_at)) STORED,
    failing_since      timestamptz,
    scopes             text[] NOT NULL DEFAULT '{}',
    hold               boolean NOT NULL DEFAULT false,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CHECK ((refresh_sealed IS NULL) = (refresh_expires_at IS NULL)
           AND (refresh_sealed IS NULL) = (refresh_hash IS NULL)),
    CHECK (token_type <> 'user_access_token' OR subject <> ''),
    UNIQUE (app, token_type, subject)
);
-- What is due and what is past its retention, oldest end first.
CREATE INDEX tokens_by_end ON lark_batch.tokens (ends_at, token_id);
-- Interrupted rotations, and what waits for a person or for its deletion.
CREATE INDEX tokens_not_valid ON lark_batch.tokens (state, updated_at)
    WHERE state <> 'valid';
-- What is tried again before its time.
CREATE INDEX tokens_failing ON lark_batch.tokens (app)
    WHERE failing_since IS NOT NULL;
-- Which keys are in use, and what is left to wrap anew.
CREATE INDEX tokens_by_key ON lark_batch.tokens (key_id, token_id);

-- A known text sealed with each key, so that another key under the same id
-- is found out before it is used.
CREATE TABLE lark_batch.token_keys (
    key_id     text COLLATE "C" PRIMARY KEY,
    proof      bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Written before a refresh token is spent, closed with the new pair: a row
-- without end is a call whose outcome nobody saw. `old_hash` is the SHA-256
-- of the refresh token that was spent.
CREATE TABLE lark_batch.token_refresh_journal (
    attempt_id  uuid PRIMARY KEY,
    token_id    bigint NOT NULL,
    app         text COLLATE "C" NOT NULL,
    token_type  text NOT NULL,
    subject     text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    old_hash    bytea NOT NULL,
    host        text NOT NULL,
    pid         int NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN ('refreshed', 'failed', 'refused',
        'lost', 'unspent', 'superseded')),
    code        bigint,
    log_id      text,
    hold        boolean NOT NULL DEFAULT false,
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
CREATE INDEX token_refresh_journal_by_token
    ON lark_batch.token_refresh_journal (token_id, begun_at);
CREATE INDEX token_refresh_journal_open
    ON lark_batch.token_refresh_journal (token_id) WHERE ended_at IS NULL;
-- Whether Lark refreshes an app's tokens: the last that it decided.
CREATE INDEX token_refresh_journal_decided
    ON lark_batch.token_refresh_journal (app, ended_at)
    WHERE outcome IN ('refreshed', 'refused', 'lost');
CREATE INDEX token_refresh_journal_ended
    ON lark_batch.token_refresh_journal (ended_at);

-- What each channel was last told about each topic, written after the channel
-- accepted it. `level`: 1 reminder, 2 urgent, 3 critical.
CREATE TABLE lark_batch.notices (
    source        text COLLATE "C" NOT NULL,
    channel       text COLLATE "C" NOT NULL,
    topic         text COLLATE "C" NOT NULL,
    app           text COLLATE "C" NOT NULL DEFAULT '',
    label         text COLLATE "C" NOT NULL DEFAULT '',
    person        text COLLATE "C" NOT NULL DEFAULT '',
    level         smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    times         int NOT NULL DEFAULT 1,
    first_sent_at timestamptz NOT NULL DEFAULT now(),
    sent_at       timestamptz NOT NULL DEFAULT now(),
    -- Told that it is over; the row stays, so that a topic that comes back
    -- soon is not taken for a message that was sent already.
    recovered_at  timestamptz,
    PRIMARY KEY (source, channel, topic)
);
CREATE INDEX notices_by_age ON lark_batch.notices (sent_at);

-- Wide columns leave the row, so that reading the facts of a million tokens
-- does not read their ciphertexts.
ALTER TABLE lark_batch.tokens ALTER COLUMN access_sealed SET STORAGE EXTERNAL;
ALTER TABLE lark_batch.tokens ALTER COLUMN refresh_sealed SET STORAGE EXTERNAL;
