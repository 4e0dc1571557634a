# The package in a system; sourced by run. Knows $deb and $work.
# shellcheck shell=bash disable=SC2154

root=
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# dpkg_does ARGUMENT...: quietly, unless it fails.
dpkg_does() {
    inside dpkg "$@" >"$work/dpkg" 2>&1 || {
        cat "$work/dpkg" >&2
        fail "dpkg $*"
    }
}

# Every path of the system but dpkg's own and logs.
listing() {
    (cd "$root" && find . -path ./proc -prune -o -path ./sys -prune -o \
        -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o \
        -path ./var/cache -prune -o -path ./tmp -prune -o -print | sort)
}

# shellcheck disable=SC2016
version_of() { inside dpkg-query -W -f='${Version}' lark-batch; }

# variant VERSION SAMPLE: the package with another version, and another sample
# configuration if SAMPLE says so.
variant() {
    local folder=$work/variant-$1
    dpkg-deb -R "$deb" "$folder"
    sed -i "s/^Version: .*/Version: $1/" "$folder/DEBIAN/control"
    if [ "$2" = changed ]; then
        echo "# changed in $1" >>"$folder/etc/lark-batch/lark-batch.toml.sample"
    fi
    dpkg-deb -Znone -b "$folder" "$root/tmp/$1.deb" >/dev/null
}

check_life() {
    root=$work/system
    cp -a --reflink=auto "$(tests/systemd/tree.sh)" "$root"
    cp "$deb" "$root/tmp/first.deb"
    mount -t proc proc "$root/proc"
    listing >"$work/before"
    dpkg_does -i /tmp/first.deb
    check_installed
    check_replaced
    check_removed
    check_purged
    check_without_systemd
}

check_installed() {
    local program
    for program in "$root"/usr/bin/lark-*; do
        inside "/usr/bin/${program##*/}" --version >/dev/null ||
            fail "$program --version"
        inside man -w "${program##*/}" >/dev/null || fail "man $program"
    done
    inside man lark-sync-users | grep -q 'Variable: LARK_BATCH' ||
        fail "man lark-sync-users"
    inside man -w 5 lark-batch.toml >/dev/null || fail "man lark-batch.toml"
    inside bash -c 'source /usr/share/bash-completion/completions/lark-admin &&
        complete -p lark-admin' >/dev/null || fail "bash completion"
    [ "$(inside stat -c '%U:%G %a' /var/lib/lark-batch)" = \
        "lark-batch:lark-batch 750" ] || fail "/var/lib/lark-batch"
    [ "$(inside stat -c '%U:%G %a' /etc/lark-batch/credentials)" = \
        "root:lark-batch 750" ] || fail "/etc/lark-batch/credentials"
    inside test ! -e /etc/lark-batch/lark-batch.toml || fail "configured"
    check_disabled
    ok "installed: programs start, pages and completions are there"
}

# Nobody has enabled anything, and cron's lines do nothing yet.
check_disabled() {
    local timer state
    for timer in "$root"/usr/lib/systemd/system/lark-*.timer; do
        state=$(inside systemctl is-enabled "${timer##*/}" 2>&1) || true
        [ "$state" = disabled ] || fail "${timer##*/} is $state"
    done
    [ "$(find "$root/etc/systemd" -name 'lark-*' | wc -l)" -eq 0 ] ||
        fail "something of ours is in /etc/systemd"
    grep -E '^[0-9*]' "$root/etc/cron.d/lark-batch" |
        grep -qv 'lark-batch.toml' && fail "a cron line without a guard"
    [ "$(stat -c %a "$root/etc/cron.d/lark-batch")" = 644 ] ||
        fail "cron ignores a file that others may write"
}

check_replaced() {
    echo "# mine" >>"$root/etc/lark-batch/lark-batch.toml.sample"
    echo "# mine" >>"$root/etc/cron.d/lark-batch"
    variant 0.0.9 same
    variant 9.0-1 same
    variant 9.1-1 changed
    dpkg_does -i /tmp/9.0-1.deb
    [ "$(version_of)" = 9.0-1 ] || fail "no upgrade"
    grep -q '# mine' "$root/etc/cron.d/lark-batch" || fail "cron file was lost"
    dpkg_does --force-confold -i /tmp/9.1-1.deb
    grep -q '# mine' "$root/etc/lark-batch/lark-batch.toml.sample" ||
        fail "sample was lost"
    grep -q '# changed' "$root/etc/lark-batch/lark-batch.toml.sample.dpkg-dist" ||
        fail "the new sample is not beside the edited one"
    ok "upgrades keep edited files"
    dpkg_does --force-confold -i /tmp/0.0.9.deb
    [ "$(version_of)" = 0.0.9 ] || fail "no downgrade"
    inside lark-admin --version >/dev/null || fail "after the downgrade"
    ok "downgraded"
}

# What an administrator has made by then.
live_in() {
    echo 'timezone = "UTC"' >"$root/etc/lark-batch/lark-batch.toml"
    echo secret >"$root/etc/lark-batch/credentials/hr-portal"
    echo row >"$root/var/lib/lark-batch/sync_users.spool"
    inside systemctl enable --quiet lark-sync-users.timer \
        lark-task@backup.timer 2>"$work/enable" || cat "$work/enable"
    mkdir -p "$root/etc/systemd/system/lark-cleanup.timer.d" \
        "$root/etc/systemd/system/lark-server.service.d" \
        "$root/var/lib/systemd/timers"
    {
        echo "# Made by lark-admin tasks render; changes are lost"
        echo "[Timer]"
    } >"$root/etc/systemd/system/lark-cleanup.timer.d/50-lark-batch.conf"
    # Somebody else's, although it is called lark-something.
    echo "[Service]" >"$root/etc/systemd/system/lark-server.service.d/own.conf"
    touch "$root/var/lib/systemd/timers/stamp-lark-sync-users.timer"
}

check_removed() {
    live_in
    dpkg_does -r lark-batch
    inside test ! -e /usr/bin/lark-admin || fail "programs are left"
    local path
    for path in etc/lark-batch/lark-batch.toml etc/cron.d/lark-batch \
        etc/lark-batch/credentials/hr-portal \
        var/lib/lark-batch/sync_users.spool; do
        [ -e "$root/$path" ] || fail "removing took /$path"
    done
    dpkg_does -i /tmp/first.deb
    inside systemctl is-enabled --quiet lark-sync-users.timer ||
        fail "enabled timers are forgotten"
    dpkg_does -r lark-batch
    ok "removed: settings, secrets and state are left"
}

check_purged() {
    dpkg_does -P lark-batch
    listing >"$work/after"
    # The account's files are dpkg's neighbours' too; the stranger stays.
    diff "$work/before" "$work/after" | grep '^[<>]' |
        grep -vE '/etc/(passwd|group|g?shadow|sub[ug]id)-?$|/etc/.*\.lock$' |
        grep -v 'lark-server.service.d' |
        grep -vE '^> \./var/lib/systemd/timers$' >"$work/left" || true
    [ ! -s "$work/left" ] || {
        cat "$work/left" >&2
        fail "purging leaves something"
    }
    [ -e "$root/etc/systemd/system/lark-server.service.d/own.conf" ] ||
        fail "purging took what is not ours"
    ok "purged: nothing is left but the account"
}

# Where there is no systemd at all, adduser makes what is missing of the
# account; and a state folder on a disk of its own does not keep it from going.
check_without_systemd() {
    umount "$root/proc"
    inside userdel lark-batch
    inside useradd --system --gid nogroup lark-batch
    local tool
    for tool in sysusers tmpfiles; do
        mv "$root/usr/bin/systemd-$tool" "$root/usr/bin/.systemd-$tool" \
            2>/dev/null ||
            mv "$root/bin/systemd-$tool" "$root/bin/.systemd-$tool"
    done
    dpkg_does -i /tmp/first.deb
    [ "$(inside stat -c '%U:%G %a' /var/lib/lark-batch)" = \
        "lark-batch:lark-batch 750" ] || fail "without systemd: state folder"
    [ "$(inside stat -c '%U:%G %a' /etc/lark-batch/credentials)" = \
        "root:lark-batch 750" ] || fail "without systemd: credentials"
    mount -t tmpfs tmpfs "$root/var/lib/lark-batch"
    dpkg_does -P lark-batch
    umount "$root/var/lib/lark-batch"
    ok "installed without systemd's tools, and purged"
}
