-- Least-privilege roles for lark-batch. Run it as a superuser, connected to the
-- database that the programs are to use:
--
--   createdb lark_batch
--   psql -X -d lark_batch -f roles.sql
--   lark-admin migrate --grant-to lark_batch --grant-read-to lark_batch_reader
--
-- (migrate as lark_batch_owner: docs/deployment.md says how.) It may be run
-- again at any time, and on a database that one role has owned so far: what is
-- in the schema lark_batch then belongs to lark_batch_owner.
--
--   lark_batch_owner    owns the schema; used by `lark-admin migrate` and by
--                       nobody else
--   lark_batch          the programs: reads and writes rows, changes no table
--   "lark-batch"        a member of lark_batch with the name of the system user,
--                       for peer authentication on the same machine
--   lark_batch_reader   other systems: reads the promised views, no token
--   lark_batch_monitor  for health checks of kind postgres against this server
--                       (pg_monitor); sees no table of ours
--
-- Nobody has a password until you give one, so nobody gets in from another
-- machine: \password lark_batch

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
BEGIN;

DO $$
DECLARE
    missing text;
BEGIN
    FOR missing IN
        SELECT wanted
        FROM unnest(ARRAY['lark_batch_owner', 'lark_batch', 'lark-batch',
                          'lark_batch_reader', 'lark_batch_monitor']) AS wanted
        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted)
    LOOP
        EXECUTE format('CREATE ROLE %I LOGIN', missing);
    END LOOP;
END
$$;

ALTER ROLE lark_batch_owner NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE lark_batch NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE "lark-batch" NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT;
ALTER ROLE lark_batch_reader NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE lark_batch_monitor NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT;
GRANT lark_batch TO "lark-batch";
GRANT pg_monitor TO lark_batch_monitor;

-- What the others may do is lark_batch_owner's to give: migrate does.
DO $$
BEGIN
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I '
                   'TO lark_batch_owner WITH GRANT OPTION',
                   current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO lark_batch_monitor',
                   current_database());
END
$$;

-- As PostgreSQL 15 does by itself: else every role may make tables there.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS lark_batch;
ALTER SCHEMA lark_batch OWNER TO lark_batch_owner;

-- Of a database that was migrated by another role.
DO $$
DECLARE
    change text;
BEGIN
    FOR change IN
        SELECT format('ALTER %s lark_batch.%I OWNER TO lark_batch_owner',
                      CASE relkind WHEN 'v' THEN 'VIEW'
                                   WHEN 'm' THEN 'MATERIALIZED VIEW'
                                   WHEN 'S' THEN 'SEQUENCE'
                                   ELSE 'TABLE' END, relname)
        FROM pg_class
        WHERE relnamespace = 'lark_batch'::regnamespace
          AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND relowner <> 'lark_batch_owner'::regrole
          -- A sequence of a column follows its table.
          AND NOT EXISTS (SELECT FROM pg_depend
                          WHERE classid = 'pg_class'::regclass
                            AND objid = pg_class.oid
                            AND refclassid = 'pg_class'::regclass
                            AND deptype IN ('a', 'i'))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO lark_batch_owner',
                      oid::regprocedure)
        FROM pg_proc
        WHERE pronamespace = 'lark_batch'::regnamespace
          AND proowner <> 'lark_batch_owner'::regrole
    LOOP
        EXECUTE change;
    END LOOP;
END
$$;

COMMIT;
