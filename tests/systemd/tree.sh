#!/usr/bin/env bash
# tree.sh: prints the folder of a small Debian system below build/, made when
# there is none yet: systemd, dbus, and the libraries that our programs are
# linked with. Whoever boots or fills it takes a copy, or an overlay over it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

packages=systemd,systemd-sysv,dbus,tzdata,ca-certificates,libcurl4,libpq5
packages+=,libprometheus-cpp-core1.0,libsimdjson14,libssl3,libmicrohttpd12
packages+=,libdate-tz3,libsodium23,librabbitmq4,libhiredis0.14,libc-ares2
packages+=,libxxhash0,libfmt9,man-db,cron

# Another list of packages is another tree.
tree=$PWD/build/debian-$(printf '%s' "$packages" | sha256sum | cut -c1-12)
mkdir -p build
exec 9>build/debian-tree.lock
flock 9
if [ ! -d "$tree" ]; then
    command -v debootstrap >/dev/null || {
        echo "tree: no debootstrap; make deps-dev installs it" >&2
        exit 1
    }
    rm -rf "$tree.new"
    debootstrap --variant=minbase --include="$packages" bookworm \
        "$tree.new" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} \
        >"$tree.log" 2>&1 9>&- || {
        tail -n 20 "$tree.log" >&2
        exit 1
    }
    rm -f "$tree.new"/var/cache/apt/archives/*.deb
    mv "$tree.new" "$tree"
fi
echo "$tree"
