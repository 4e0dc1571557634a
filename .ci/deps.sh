#!/usr/bin/env bash
# Installs the packages of the given lists (default: packages.txt) that are
# missing, and leaves no service started, enabled, or cluster created by it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lists=("$@")
[ ${#lists[@]} -gt 0 ] || lists=("$here/packages.txt")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "deps: this is no Debian system; install what ${lists[*]} name" >&2
    exit 1
fi

wanted() {
    sed -e 's/#.*//' "${lists[@]}" | awk 'NF {print $1}' | sort -u
}

# A command that came another way is not missing either: npm with a nodejs
# from elsewhere, for one, which Debian's npm cannot be installed beside.
present() {
    dpkg-query -W -f='${db:Status-Abbrev}\n' "$1" 2>/dev/null |
        grep -q '^.i' || command -v "$1" >/dev/null
}

missing=()
for package in $(wanted); do
    present "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "deps: nothing is missing"
    exit 0
fi
echo "deps: missing: ${missing[*]}"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps: neither root nor sudo; run as root:" \
            "apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo -n)
fi

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
drop_in=$clusters/lark-batch-deps.conf
wrote_policy=

# Units and init scripts that start by themselves, one a line.
enabled() {
    find /etc/systemd/system /etc/rc[2345].d -type l \
        \( -path '*.wants/*' -o -path '*.requires/*' -o -name 'S*' \) \
        2>/dev/null | sort || true
}

before=$(enabled)

# What our packages enabled is disabled again; what was there stays.
disable_new() {
    local link name
    while read -r link; do
        [ -n "$link" ] || continue
        name=${link##*/}
        if [[ $link == */rc?.d/* ]]; then
            name=${name#S[0-9][0-9]}
            "${as_root[@]}" update-rc.d "$name" disable >/dev/null || true
        else
            "${as_root[@]}" rm -f "$link"
        fi
        echo "deps: disabled $name ($link)"
    done < <(comm -13 <(echo "$before") <(enabled))
}

clean_up() {
    disable_new
    "${as_root[@]}" rm -f "$drop_in"
    "${as_root[@]}" rmdir --ignore-fail-on-non-empty "$clusters" \
        /etc/postgresql-common 2>/dev/null || true
    [ -z "$wrote_policy" ] || "${as_root[@]}" rm -f "$policy"
}
trap clean_up EXIT

if [ ! -e "$policy" ]; then
    wrote_policy=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi
"${as_root[@]}" mkdir -p "$clusters"
echo 'create_main_cluster = false' |
    "${as_root[@]}" tee "$drop_in" >/dev/null

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 \
        -o Acquire::Retries=3 "$@" </dev/null
}

install() {
    echo "deps: apt-get install --no-install-recommends ${missing[*]}"
    apt install -y --no-install-recommends "${missing[@]}"
}

known() {
    local package
    for package in "${missing[@]}"; do
        apt-cache show "$package" >/dev/null 2>&1 || return 1
    done
}

if known && install; then
    exit 0
fi
echo "deps: apt-get update"
apt update
install
