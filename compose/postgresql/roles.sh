#!/usr/bin/env bash
# Once, when the database is made: our roles, with the passwords that
# compose/start made. The image's entry point runs it against a server that
# listens on its socket only.
set -euo pipefail

psql=(psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}"
    -d "$POSTGRES_DB")
"${psql[@]}" -f /usr/share/lark-batch/roles.sql

# give ROLE SECRET: psql reads the password itself, so it is no argument.
give() {
    "${psql[@]}" -v role="$1" -v file="/run/secrets/$2" <<'SQL'
\set password `cat :file`
SELECT :'password' = '' AS empty \gset
\if :empty
\warn the secret :file is empty
SELECT 1 / 0;
\endif
ALTER ROLE :"role" PASSWORD :'password';
SQL
}
give lark_batch_owner postgresql-owner
give lark_batch postgresql-programs
give lark_batch_monitor postgresql-monitor
