#!/usr/bin/env bash
# .ci/docs.sh write|check FOLDER-OF-PROGRAMS: the pages of docs/ that follow
# from declarations in code, and the crontabs and CronJobs that follow from
# the built-in registry. `check` fails when one is stale.
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

mkdir "$new/kubernetes" "$new/cron" "$new/cron-tz"
render() {
    "$bin/lark-admin" --config /dev/null tasks render "$@" >/dev/null
}
render --kubernetes "$new/kubernetes"
render --cron "$new/cron" --programs /usr/bin \
    --host-zone UTC --host-zone Asia/Shanghai
render --cron "$new/cron-tz" --programs /usr/bin --cron-tz

status=0
# settle MADE KEPT: both as paths, the second one in the tree.
settle() {
    if [ "$mode" = write ]; then
        cp "$new/$1" "$here/$2"
        chmod 644 "$here/$2"
    elif ! diff -u "$here/$2" "$new/$1"; then
        echo "$2 is stale: run make docs" >&2
        status=1
    fi
}
for page in options.md metrics.md lark-batch.toml; do
    settle "$page" "docs/$page"
done
settle kubernetes/cronjobs.yaml kubernetes/tasks/cronjobs.yaml
settle cron/lark-batch cron/lark-batch
settle cron-tz/lark-batch cron/lark-batch.cron-tz
# Dashboards follow from compose/grafana/source.
if [ "$mode" = write ]; then
    "$here/compose/grafana/build"
else
    "$here/compose/grafana/build" --check || status=1
fi
# The page that alerts link to follows from docs/runbooks.md.
if [ "$mode" = write ]; then
    "$here/compose/prometheus/build-runbooks"
else
    "$here/compose/prometheus/build-runbooks" --check || status=1
fi
# What docs/monitoring.md says of rules and dashboards follows from them.
if [ "$mode" = write ]; then
    "$here/.ci/monitoring_page.py"
else
    "$here/.ci/monitoring_page.py" --check || status=1
fi
exit "$status"
