#!/usr/bin/env bash
# .ci/deploy.sh PACKAGE: the upgrade of docs/deployment.md, on the host itself,
# as root. Whatever would make the new programs refuse is found before anything
# is changed: a configuration or schema that does not fit.
set -euo pipefail

package=$(realpath "$1")
[ "$(id -u)" -eq 0 ] || {
    echo "deploy: must be root" >&2
    exit 1
}
backups=${BACKUPS:-/var/backups/lark-batch}
account=lark-batch
owner='postgresql:///lark_batch?options=-c%20role%3Dlark_batch_owner'

new=$(mktemp -d)
chmod 755 "$new"
stopped=
finish() {
    local status=$?
    rm -rf "$new"
    # What was stopped runs again, whatever happened: the programs themselves
    # refuse a schema that is not theirs, and that is alerted on.
    [ -z "$stopped" ] || systemctl start timers.target
    exit "$status"
}
trap finish EXIT

migrate() {
    runuser -u postgres -- env LARK_BATCH_DATABASE_URL="$owner" "$1" \
        --config /dev/null migrate --grant-to lark_batch \
        --grant-read-to lark_batch_reader "${@:2}"
}

echo "deploy: $(dpkg-deb --field "$package" Package Version | paste -sd' ')"
dpkg-deb --extract "$package" "$new"
runuser -u "$account" -- "$new/usr/bin/lark-admin" config check
migrate "$new/usr/bin/lark-admin" --dry-run

systemctl stop 'lark-*.timer'
stopped=yes
install -d -m 0750 -o postgres "$backups"
runuser -u postgres -- pg_dump -Fc -f "$backups/before.dump" lark_batch
DEBIAN_FRONTEND=noninteractive apt-get -qy install "$package"
migrate lark-admin
runuser -u "$account" -- lark-admin config check --online
systemctl start timers.target
stopped=
runuser -u "$account" -- lark-healthcheck --no-record --format plugin \
    --fail-on critical
