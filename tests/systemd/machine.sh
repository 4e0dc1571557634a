#!/usr/bin/env bash
# A small Debian system that boots beside this one: a copy of tree.sh's, gone
# with the folder $dir. It shares the network, so it reaches the servers on
# this machine's loopback. To be sourced by a script that runs as root in a
# mount namespace of its own, after tests/demo/servers.sh.
: "${dir:?}" "${here:?}"
root=$dir/root
machine='' leader='' installed=''

# The copy costs nothing: only what changes is written, below $dir.
make_root() {
    local tree
    tree=$("$here/tree.sh")
    mkdir "$dir/changes" "$dir/overlay-work" "$root"
    mount -t overlay overlay "$root" -o \
        "lowerdir=$tree,upperdir=$dir/changes,workdir=$dir/overlay-work"
    # Of no use here, and slow or noisy.
    chroot "$root" systemctl --quiet mask systemd-networkd.service \
        systemd-resolved.service systemd-logind.service getty.target \
        console-getty.service apt-daily.timer apt-daily-upgrade.timer \
        >/dev/null 2>&1
}

# The package if there is one, else what `make install` would install.
install_lark_batch() {
    local build=$1 package
    # The newest; a pattern without a match stays as it is.
    package=$(printf '%s\n' "${build%/*}"/package/lark-batch_*.deb | sort -V |
        tail -n 1)
    if [ -e "$package" ]; then
        installed=${package##*/}
        cp "$package" "$root/var/cache/lark-batch.deb"
        quietly "$dir/install.log" in_root apt-get install -y -q \
            --no-install-recommends /var/cache/lark-batch.deb
    else
        # shellcheck disable=SC2034  # those who source this file tell it
        installed='what make install installs'
        DESTDIR=$root quietly "$dir/install.log" \
            cmake --install "$build" --prefix /usr
        quietly "$dir/install.log" in_root systemd-sysusers
        quietly "$dir/install.log" in_root systemd-tmpfiles --create \
            --prefix=/etc/lark-batch --prefix=/var/lib/lark-batch
    fi
}

# Package scripts expect /proc; nothing of them may start a service here.
in_root() {
    systemd-nspawn -q -D "$root" --register=no --keep-unit \
        --machine=lark-batch-install --resolv-conf=copy-host --pipe \
        env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

boot() {
    systemd-nspawn -q -D "$root" --boot --register=no --keep-unit \
        --machine=lark-batch-test --console=pipe \
        >"$dir/console.log" 2>&1 </dev/null &
    machine=$!
    until_true 60 "the machine boots" is_up
}

# Its first child is a helper that gives way to the machine's own process 1.
is_up() {
    leader=$(pgrep -P "$machine") || return 1
    inside systemctl is-system-running | grep -qx running
}

# inside COMMAND...: as root in the machine.
inside() {
    nsenter --target "$leader" --all -- "$@"
}

power_off() {
    [ -n "$machine" ] || return 0
    [ -z "$leader" ] || inside systemctl poweroff >/dev/null 2>&1 || true
    wait "$machine" || true
    machine=''
}
