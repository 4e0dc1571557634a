#!/usr/bin/env bash
# .ci/docs.sh write|check FOLDER-OF-PROGRAMS: the pages of docs/ that follow
# from declarations in code. `check` fails when one is stale.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mode=$1
bin=$2
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

note="<!-- Made by \`make docs\` from declarations in code; not to be edited. -->"

# A person's own settings must not show up in the pages.
unset LARK_BATCH_CONFIG
reference() {
    "$bin/lark-admin" --config /dev/null reference "$1"
}

{
    cat <<PAGE
$note
# Options

Each setting comes from the first of: the command line, a variable of the
environment, the file (\`--config\`, else \`\$LARK_BATCH_CONFIG\`, else
\`/etc/lark-batch/lark-batch.toml\`), the default. \`--print-config\` shows
the effective values and where each one comes from. Durations are written
\`90s\`, \`15m\` or \`7d\`, sizes \`30KiB\`. Secrets have no form on the command
line: the file names another file (\`..._file\`) or a variable (\`..._env\`), or
systemd hands them over as credentials. A file with every key:
[lark-batch.toml](lark-batch.toml).

PAGE
    "$bin/lark-batch-options-page"
    cat <<PAGE

## Exit codes

Of all programs but lark-healthcheck, which has those of monitoring plugins:
0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.

PAGE
    reference exit-codes
} >"$new/options.md"

{
    cat <<PAGE
$note
# Metrics

What the programs push to the Pushgateway, in the group \`job="<program>"\`.
A type marked "total" lives in PostgreSQL and only grows: \`increase()\` over
two or more intervals of the task is right, also when two runs fall between
scrapes or a push was lost. Everything else is a fact of the last run.

PAGE
    reference metrics
} >"$new/metrics.md"

reference sample >"$new/lark-batch.toml"

status=0
for page in options.md metrics.md lark-batch.toml; do
    if [ "$mode" = write ]; then
        cp "$new/$page" "$here/docs/$page"
        chmod 644 "$here/docs/$page"
    elif ! diff -u "$here/docs/$page" "$new/$page"; then
        echo "docs/$page is stale: run make docs" >&2
        status=1
    fi
done
exit "$status"
